/// PLCs and meters that speak Modbus, over TCP and over serial lines (RTU): the adapter type `modbus`.
///
/// ```
///  edge.yaml ─▶ Point ─▶ Block: neighbouring registers, one request ─▶ Device ─▶ Line: one request at a time
///                                                                                  │ send   ▲ received, tick
///                               readings ◀─ Feed ◀─ Polls ◀── value, error ────────┤        │
///                                                                    SerialLine, TcpLines: ports and sockets
/// ```
///
/// A {@link io.tributary.adapter.modbus.Line} is pure: it takes bytes and the time and says what to send. One agent has the port, or
/// the selector of all connections, and with it all lines of its section.
///
/// Requests and answers are encoded by com.digitalpetri.modbus; frames, times and the match of answers to requests are ours.
/// Imports the adapter API, measurement, command, serial-port, settings, agent.
@NullMarked
package io.tributary.adapter.modbus;

import org.jspecify.annotations.NullMarked;
