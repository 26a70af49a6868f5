package io.tributary.session.story;

import io.tributary.session.DoorkeeperEffect;
import io.tributary.session.IntakeEffect;
import io.tributary.session.UplinkEffect;
import io.tributary.session.frame.Data;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.Hello;
import io.tributary.session.frame.Welcome;

/// Effects in words, without what no story is about.
final class Trace {
  private Trace() {}

  static String of(UplinkEffect effect) {
    return effect instanceof UplinkEffect.Send send ? of(send.frame()) : effect.toString();
  }

  static String of(IntakeEffect effect) {
    return switch (effect) {
      case IntakeEffect.Send send -> of(send.frame());
      case IntakeEffect.Admit admit -> "Admit[" + admit.hello().edgeId() + "]";
      case IntakeEffect.OpenStream open ->
          "OpenStream[alias="
              + open.alias()
              + ", stream="
              + open.stream().streamId()
              + ", topic="
              + open.stream().topic()
              + ", edgeEnd="
              + open.edgeEnd()
              + "]";
      case IntakeEffect.Append append ->
          "Append[alias="
              + append.alias()
              + ", stream="
              + append.streamId()
              + ", "
              + append.from()
              + ".."
              + append.to()
              + "]";
      default -> effect.toString();
    };
  }

  static String of(DoorkeeperEffect effect) {
    return effect.toString();
  }

  private static String of(Frame frame) {
    String text =
        switch (frame) {
          case Hello hello -> "Hello[" + hello.edgeId() + "]";
          case Welcome welcome ->
              "Welcome[version="
                  + welcome.version()
                  + ", heartbeatMs="
                  + welcome.heartbeatMs()
                  + ", creditBytes="
                  + welcome.creditBytes()
                  + "]";
          case Data data ->
              "Data[alias="
                  + data.alias()
                  + ", "
                  + data.slice().remaining()
                  + " B at "
                  + data.sliceOffset()
                  + " of "
                  + data.batchBytes()
                  + "]";
          default -> frame.toString();
        };
    return "-> " + text;
  }
}
