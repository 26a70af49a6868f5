package io.tributary.adapter.mqtt.bridge;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// What TLS to a broker needs, read from its files.
///
/// @param context the JDK's, made of the other two
/// @param key presents this client's certificate; null where it has none
/// @param trust trusts the CA file alone
public record TlsParts(SSLContext context, @Nullable KeyManager key, TrustManager trust) {}
