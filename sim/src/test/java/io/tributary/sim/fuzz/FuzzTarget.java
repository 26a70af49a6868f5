package io.tributary.sim.fuzz;

import java.util.List;

/// One decoder, and what must hold for whatever bytes it is given. Stateless from one run to the next.
public interface FuzzTarget {
  /// Feeds the bytes. Returning is a pass; whatever is thrown is a finding.
  void run(byte[] input) throws Exception;

  /// Valid inputs from which the fuzzer starts: with a checksum in the way it would never find one.
  List<byte[]> seeds() throws Exception;
}
