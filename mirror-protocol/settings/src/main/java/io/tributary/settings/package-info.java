/// A YAML file as typed, validated sections; the only place that knows YAML.
///
/// ```
///  text ─▶ Settings.parse ─▶ Tree (places kept) ─▶ Section.override ─▶ Section.string, size, … ─▶ Section.finish
///                                                     flags win          each problem is noted      throws them all
/// ```
///
/// A program reads the whole of its configuration, then calls `finish`, and only then starts anything. A getter never throws
/// for what is written in the file: it notes the problem with file, line, dotted key and what is allowed, and answers
/// with the default, so that one start names everything that is wrong.
///
/// Confined to one thread. Imports the YAML parser and the JDK.
@NullMarked
package io.tributary.settings;

import org.jspecify.annotations.NullMarked;
