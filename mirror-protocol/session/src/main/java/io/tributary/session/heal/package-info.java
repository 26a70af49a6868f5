/// How an end of a session keeps its logs whole with the help of the other one: when it reads what, what it asks for, and
/// what nobody has any more. Both ends use the same, for the bytes are the same; neither the logs nor the link are known
/// here.
@NullMarked
package io.tributary.session.heal;

import org.jspecify.annotations.NullMarked;
