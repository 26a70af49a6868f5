/// Who may use the MQTT endpoint, as a file says it (`docs/formats/mqtt-users.md`).
///
/// ```
///  UserFile ─▶ UserText ─▶ Users ─▶ User ─▶ PasswordHash
/// ```
///
/// The endpoint reads it, `edge user` changes it. Immutable, save for the file; any thread.
@NullMarked
package io.tributary.adapter.mqtt.users;

import org.jspecify.annotations.NullMarked;
