package io.tributary.hub;

import io.tributary.front.kafka.ClientQuota;
import io.tributary.settings.Section;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The key `quotas` of the section `kafka`: a list, of which each entry names a user, a client id, both, or nobody in
/// particular, and says a rate or two.
final class KafkaQuotas {
  private static final String USER = "user";
  private static final String CLIENT_ID = "client-id";
  private static final String PRODUCER = "producer-byte-rate";
  private static final String CONSUMER = "consumer-byte-rate";
  private static final String UNLIMITED = "unlimited";
  private static final long BYTE_RATE_MOST = 1_000_000_000_000L;

  private KafkaQuotas() {}

  /// Reads it. What is wrong is noted in the section.
  static List<ClientQuota> of(Section kafka) {
    List<ClientQuota> quotas = new ArrayList<>();
    Set<List<@Nullable String>> named = new HashSet<>();
    for (Section entry : kafka.sections("quotas")) {
      String user = entry.stringOrNull(USER);
      String clientId = entry.stringOrNull(CLIENT_ID);
      Long producer = rate(entry, PRODUCER);
      Long consumer = rate(entry, CONSUMER);
      if (producer == null && consumer == null) {
        entry.refuse(PRODUCER, "is missing, and so is " + CONSUMER + ": a quota says one or both");
      } else {
        quotas.add(new ClientQuota(user, clientId, producer, consumer));
      }
      if (!named.add(Arrays.asList(user, clientId))) {
        entry.refuse(
            user == null && clientId != null ? CLIENT_ID : USER,
            "names the same clients as an entry before: say both rates in one");
      }
    }
    return List.copyOf(quotas);
  }

  /// @return bytes a second; null: it is not written
  private static @Nullable Long rate(Section entry, String key) {
    if (!entry.has(key)) {
      return null;
    }
    if (entry.string(key, "").equals(UNLIMITED)) {
      return ClientQuota.UNLIMITED;
    }
    return entry.sizeBytes(
        key, ClientQuota.BYTE_RATE_LEAST, ClientQuota.BYTE_RATE_LEAST, BYTE_RATE_MOST);
  }
}
