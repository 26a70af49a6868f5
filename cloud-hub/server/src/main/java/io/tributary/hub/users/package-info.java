/// The commands of `hub user`. They change the file of users in the hub's data directory, whether the hub runs or not.
@NullMarked
package io.tributary.hub.users;

import org.jspecify.annotations.NullMarked;
