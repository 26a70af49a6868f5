package io.tributary.link;

import io.tributary.certificates.CertificateAuthority;
import io.tributary.certificates.Issued;
import io.tributary.session.frame.Frame;
import io.tributary.session.frame.FrameCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/// The other end of a link under test: a server socket on loopback that hands out what it accepts.
final class TestHub implements AutoCloseable {
  private final ServerSocket server;

  /// Plain, or with the identity's certificate and a wish for the peer's.
  TestHub(@Nullable TlsIdentity identity) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    if (identity == null) {
      server = new ServerSocket(0, 10, loopback);
    } else {
      SSLServerSocket tls =
          (SSLServerSocket)
              identity.context().getServerSocketFactory().createServerSocket(0, 10, loopback);
      tls.setNeedClientAuth(true);
      tls.setEnabledProtocols(new String[] {TlsIdentity.PROTOCOL});
      server = tls;
    }
  }

  static TlsIdentity identity(
      Path directory, String name, Issued issued, CertificateAuthority trusted) throws Exception {
    Path at = Files.createDirectories(directory.resolve(name));
    TlsFiles files =
        new TlsFiles(at.resolve("own.pem"), at.resolve("key.pem"), at.resolve("ca.pem"));
    issued.write(files.certificate(), files.key());
    trusted.write(files.ca());
    return TlsIdentity.load(files);
  }

  InetSocketAddress address() {
    return address("127.0.0.1");
  }

  InetSocketAddress address(String host) {
    return InetSocketAddress.createUnresolved(host, server.getLocalPort());
  }

  /// Accepts one connection; in TLS it has shaken hands unless the peer was refused.
  CompletableFuture<Socket> accept() {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            Socket socket = server.accept();
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
            return socket;
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        },
        runnable -> {
          Thread thread = new Thread(runnable, "test-hub");
          thread.setDaemon(true);
          thread.start();
        });
  }

  static byte[] bytes(Frame... frames) {
    ByteBuffer all = ByteBuffer.allocate(1024 * 1024);
    for (Frame frame : frames) {
      FrameCodec.encode(frame, all);
    }
    byte[] bytes = new byte[all.position()];
    all.flip().get(bytes);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
