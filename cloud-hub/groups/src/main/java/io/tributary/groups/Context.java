package io.tributary.groups;

import io.tributary.front.kafka.Groups;
import java.net.InetAddress;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;

/// Where a request comes from, as the coordinator asks it: it looks at the version, the client's name and its address.
/// Whether the client may do what it asks is decided before.
record Context(
    int requestType,
    int requestVersion,
    int correlationId,
    String clientId,
    InetAddress clientAddress)
    implements AuthorizableRequestContext {
  /// Of what nobody asks but ourselves.
  static final Context OWN =
      new Context(
          ApiKeys.LIST_GROUPS.id,
          ApiKeys.LIST_GROUPS.latestVersion(),
          0,
          "hub",
          InetAddress.getLoopbackAddress());

  static Context of(Groups.Call call) {
    return new Context(
        call.request().apiKey().id,
        call.request().version(),
        call.correlationId(),
        call.clientId(),
        call.client());
  }

  @Override
  public String listenerName() {
    return "";
  }

  @Override
  public SecurityProtocol securityProtocol() {
    return SecurityProtocol.PLAINTEXT;
  }

  @Override
  public KafkaPrincipal principal() {
    return KafkaPrincipal.ANONYMOUS;
  }
}
