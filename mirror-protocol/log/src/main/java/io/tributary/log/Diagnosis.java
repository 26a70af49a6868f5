package io.tributary.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/// Says in plain words what an {@link Inspection} found, what the node does about it by itself, and what somebody may do.
///
/// @param found what is wrong, and where
/// @param byItself what the node has done, or will do
public record Diagnosis(String found, String byItself) {
  /// Whose log it is.
  public enum Role {
    EDGE(
        "the hub",
        "While it is connected, the agent asks the hub for these bytes and puts them back where they"
            + " were. What the hub has not got yet is lost: the hub is told a Gap of exactly these"
            + " readings, and everything else is delivered."),
    HUB(
        "its edge",
        "The hub asks the edge for these bytes as soon as it is connected and puts them back with the"
            + " offsets that they had. Until then readers pass over exactly these offsets. What the"
            + " edge no longer keeps stays missing.");

    private final String otherEnd;
    private final String healing;

    Role(String otherEnd, String healing) {
      this.otherEnd = otherEnd;
      this.healing = healing;
    }
  }

  /// One for each thing that is wrong.
  ///
  /// @param streams how a person calls a stream
  public static List<Diagnosis> of(Inspection inspection, Role role, LongFunction<String> streams) {
    List<Diagnosis> all = new ArrayList<>();
    for (Finding finding : inspection.findings()) {
      all.add(of(finding, inspection, role, streams));
    }
    for (String what : inspection.mendable()) {
      all.add(
          new Diagnosis(
              capital(what) + " is damaged; there is a right copy of it in the log itself.",
              "It is written again when the node next checks this file, or starts."));
    }
    for (String name : inspection.unreadable()) {
      all.add(
          new Diagnosis(
              "The header of " + name + " cannot be read.",
              "The next start makes the header anew from the file before it. If that cannot be done"
                  + " either, it puts the file aside under the name "
                  + name
                  + SegmentedLog.SET_ASIDE
                  + " and goes on without it."));
    }
    for (String name : inspection.putAside()) {
      all.add(
          new Diagnosis(
              "The file "
                  + name
                  + " was put aside by a start that could not understand it, or found that it belongs"
                  + " elsewhere.",
              "It is kept and never read again. The readings in it are lost here; what "
                  + role.otherEnd
                  + " has of them is not."));
    }
    return all;
  }

  private static Diagnosis of(
      Finding finding, Inspection inspection, Role role, LongFunction<String> streams) {
    String where =
        finding.position() < 0
            ? " in " + finding.segment()
            : String.format(
                Locale.ROOT,
                ": %d bytes at position %d of %s",
                finding.sizeBytes(),
                finding.position(),
                finding.segment());
    if (finding.streamId() == Finding.NO_STREAM) {
      return new Diagnosis(
          "Damaged, but no reading is missing by it" + where + ".",
          inspection.isJournal()
              ? "It is passed over. What stood there (where a group begins, or small state) is in"
                  + " memory while the node runs, and in full at the beginning of the next file."
              : "It is passed over by readers.");
    }
    long count = finding.to() - finding.from();
    String stream = streams.apply(finding.streamId());
    String records =
        count == 1
            ? "1 reading of " + stream + ", offset " + finding.from()
            : String.format(
                Locale.ROOT,
                "%d readings of %s, offsets %d to %d",
                count,
                stream,
                finding.from(),
                finding.to() - 1);
    boolean isAcked =
        inspection.streams().stream()
            .anyMatch(each -> each.id() == finding.streamId() && each.acked() >= finding.to());
    String safe = isAcked ? "The hub has acknowledged them, so nothing is lost. " : "";
    return switch (finding.kind()) {
      case DAMAGED -> new Diagnosis("Damaged: " + records + where + ".", safe + role.healing);
      case ABSENT ->
          finding.isHealable()
              ? gone(records, finding)
              : new Diagnosis(
                  "Missing: " + records + where + ", without any damage there.",
                  "Readers pass over it. Somebody or something has taken whole batches out of the log: a"
                      + " flaw of the medium does not do that. No bytes are left there to be put right, so"
                      + " a Gap tells of these readings; what "
                      + role.otherEnd
                      + " still has of them stays there.");
      case CHANGED ->
          new Diagnosis(
              "Changed: among "
                  + records
                  + where
                  + " there are other readings than were written, with right checks.",
              "The node leaves it as it is, since nobody can say here which readings are right. "
                  + "`hub audit EDGE` compares both ends.");
    };
  }

  private static Diagnosis gone(String records, Finding finding) {
    return new Diagnosis(
        "Missing: " + records + ": the file behind " + finding.segment() + " is gone.",
        "The hub asks the edge for what was in it as soon as it is connected and puts it there again,"
            + " unless another stream lacks something there as well, so that nothing tells their order."
            + " Until then readers pass over exactly these offsets. What the edge no longer keeps stays"
            + " missing, and a Gap tells of it.");
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
