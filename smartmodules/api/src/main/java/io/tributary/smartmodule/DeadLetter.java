package io.tributary.smartmodule;

/// A record that a guest failed on.
///
/// @param origin which of the batch's records it came from
/// @param module the guest's name
/// @param reason why, stable enough to be counted
/// @param text why, in words
public record DeadLetter(int origin, String module, GuestFailed.Reason reason, String text) {}
