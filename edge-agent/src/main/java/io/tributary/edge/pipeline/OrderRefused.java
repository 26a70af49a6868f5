package io.tributary.edge.pipeline;

import java.io.IOException;

/// An order to a pipeline that was not carried out. Its message is for whoever gave it.
public final class OrderRefused extends IOException {
  private static final long serialVersionUID = 1;

  public OrderRefused(String why) {
    super(why);
  }
}
