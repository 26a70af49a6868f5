/// A named duty cycle on one thread: the only place that starts a data-path thread.
///
/// State belongs to a thread, and a thread belongs to an [Agent]; other threads hand over by one
/// bounded queue and then call [AgentRunner#wake]. No agent is ever interrupted: an interrupt
/// closes the file channel that the thread is using. Imports nothing but the JDK.
@NullMarked
package io.tributary.agent;

import org.jspecify.annotations.NullMarked;
