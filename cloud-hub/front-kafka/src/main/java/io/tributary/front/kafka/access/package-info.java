/// Who may do what at the Kafka front: users, their rights, and the file that keeps both. Values do not change; only
/// [UserFile] touches the disk. Any thread.
@NullMarked
package io.tributary.front.kafka.access;

import org.jspecify.annotations.NullMarked;
