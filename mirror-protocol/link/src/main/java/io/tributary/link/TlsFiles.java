package io.tributary.link;

import java.nio.file.Path;

/// The three PEM files of one side of a mutual TLS connection.
///
/// @param certificate this side's certificate, the issuers between it and the CA after it
/// @param key its private key: PKCS#8, not encrypted; RSA, EC or Ed25519
/// @param ca the certificates that the other side's must descend from, one or more
public record TlsFiles(Path certificate, Path key, Path ca) {}
