package io.tributary.certificates;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;

/// The kinds of key that certificates are made for.
public enum KeyKind {
  EC,
  RSA,
  ED25519;

  KeyPair generate() throws GeneralSecurityException {
    KeyPairGenerator generator =
        switch (this) {
          case EC -> {
            KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
            ec.initialize(new ECGenParameterSpec("secp256r1"));
            yield ec;
          }
          case RSA -> {
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
            rsa.initialize(2048);
            yield rsa;
          }
          case ED25519 -> {
            KeyPairGenerator ed = KeyPairGenerator.getInstance("EdDSA");
            ed.initialize(NamedParameterSpec.ED25519);
            yield ed;
          }
        };
    return generator.generateKeyPair();
  }
}
