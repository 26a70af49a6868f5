package io.tributary.front.kafka;

import io.tributary.front.kafka.access.Rights;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Answers DescribeClientQuotas and AlterClientQuotas (KIP-546): shows what the hub's own file says, and changes nothing.
final class ClientQuotas {
  /// Kafka's `ClientQuotaEntity`.
  static final String USER = "user";

  static final String CLIENT_ID = "client-id";
  private static final String IP = "ip";

  /// Kafka's `DescribeClientQuotasRequest`.
  private static final byte EXACT = 0;

  private static final byte DEFAULT = 1;
  private static final byte SPECIFIED = 2;

  private final List<ClientQuota> quotas;
  private final Rights rights;

  ClientQuotas(List<ClientQuota> quotas, Rights rights) {
    this.quotas = quotas;
    this.rights = rights;
  }

  Answer.DescribeClientQuotas describe(Request.DescribeClientQuotas request) {
    try {
      checkRights();
      check(request.components());
    } catch (Refused e) {
      return new Answer.DescribeClientQuotas(e.error(), e.getMessage(), List.of());
    }
    List<ClientQuota> found = quotas.stream().filter(quota -> matches(quota, request)).toList();
    return new Answer.DescribeClientQuotas(KafkaError.NONE, null, found);
  }

  Answer.AlterClientQuotas alter(Request.AlterClientQuotas request) {
    KafkaError error = KafkaError.INVALID_REQUEST;
    String text = "quotas are in the hub's own file, under kafka.quotas";
    try {
      checkRights();
    } catch (Refused e) {
      error = e.error();
      text = String.valueOf(e.getMessage());
    }
    return new Answer.AlterClientQuotas(error, text, request.clients());
  }

  private void checkRights() throws Refused {
    if (!rights.mayAdminister()) {
      throw new Refused(KafkaError.CLUSTER_AUTHORIZATION_FAILED, "quotas are for administrators");
    }
  }

  private static void check(List<Request.DescribeClientQuotas.Component> components)
      throws Refused {
    Set<String> types = new HashSet<>();
    for (Request.DescribeClientQuotas.Component component : components) {
      String type = component.entityType();
      if (!Set.of(USER, CLIENT_ID, IP).contains(type)) {
        throw new Refused(
            KafkaError.UNSUPPORTED_VERSION, "quotas are of user, client-id or ip, not of " + type);
      }
      if (!types.add(type)) {
        throw new Refused(KafkaError.INVALID_REQUEST, "asks twice for " + type);
      }
      boolean isKnown =
          switch (component.matchType()) {
            case EXACT -> component.match() != null;
            case DEFAULT, SPECIFIED -> component.match() == null;
            default -> false;
          };
      if (!isKnown) {
        throw new Refused(
            KafkaError.INVALID_REQUEST,
            "no match of type " + component.matchType() + " with " + component.match());
      }
    }
    if (types.contains(IP) && types.size() > 1) {
      throw new Refused(KafkaError.INVALID_REQUEST, "a quota of ip is of nothing else");
    }
  }

  private static boolean matches(ClientQuota quota, Request.DescribeClientQuotas request) {
    int types = quota.isOfWholeUser() ? 1 : 2;
    return (!request.isStrict() || types == request.components().size())
        && request.components().stream().allMatch(component -> matches(quota, component));
  }

  private static boolean matches(
      ClientQuota quota, Request.DescribeClientQuotas.Component component) {
    return switch (component.entityType()) {
      case USER -> matches(quota.user(), component);
      case CLIENT_ID -> !quota.isOfWholeUser() && matches(quota.clientId(), component);
      default -> false;
    };
  }

  private static boolean matches(
      @Nullable String name, Request.DescribeClientQuotas.Component component) {
    return switch (component.matchType()) {
      case EXACT -> component.match() != null && component.match().equals(name);
      case DEFAULT -> name == null;
      default -> true;
    };
  }
}
