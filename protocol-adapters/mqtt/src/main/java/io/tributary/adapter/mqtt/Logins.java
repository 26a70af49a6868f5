package io.tributary.adapter.mqtt;

import io.tributary.adapter.mqtt.users.PasswordHash;
import io.tributary.adapter.mqtt.users.User;
import io.tributary.adapter.mqtt.users.UserFile;
import io.tributary.adapter.mqtt.users.Users;
import io.tributary.agent.Agent;
import io.tributary.agent.AgentRunner;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Checks passwords, which takes hundreds of milliseconds each by design, and looks about once a second whether the file of
/// users has changed. Both on one thread of its own, so that neither stands in the way of readings.
///
/// A password that was right is remembered as a keyed hash, for the very user entry against which it was checked: a crowd that
/// comes again after a cut costs microseconds each. What is wrong is never remembered. Methods and answers: event loop only,
/// save for {@link #start}, {@link #close} and {@link #trouble}.
final class Logins implements Agent, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Logins.class.getName());
  private static final String MAC = "HmacSHA256";
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final UserFile file;
  private final Executor loop;
  private final Runnable changed;
  private final BlockingQueue<Check> checks = new ArrayBlockingQueue<>(Bounds.LOGINS_WAITING);
  private final PasswordHash decoy = PasswordHash.decoy();
  private final SecretKeySpec key;

  /// By user; the one that came last at the end.
  private final Map<String, Proven> proven =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Proven> eldest) {
          return size() > Bounds.PASSWORDS_REMEMBERED;
        }
      };

  private Users users = Users.NONE;
  private volatile String trouble = "";
  private final String name;
  private final AgentRunner runner;

  // The thread's own.
  private long lookedNanos = System.nanoTime();
  private UserFile.Stamp stamp = UserFile.Stamp.NO_FILE;

  /// @param user null: there is none of that name
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Check(@Nullable User user, byte[] password, Consumer<@Nullable User> answer) {}

  /// @param mac of the password
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Proven(PasswordHash hash, byte[] mac) {}

  /// @param changed is run on the event loop when other users hold
  /// @param onBug is told of the bug that ended the thread
  Logins(String name, UserFile file, Executor loop, Runnable changed, Consumer<Throwable> onBug) {
    this.name = name;
    this.runner = new AgentRunner(this, onBug);
    this.file = file;
    this.loop = loop;
    this.changed = changed;
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    this.key = new SecretKeySpec(secret, MAC);
  }

  /// Reads the file, before the event loop sees anything.
  ///
  /// @throws IOException when it cannot be read: nobody listens without knowing whom to let in
  void start() throws IOException {
    stamp = file.stamp();
    users = file.load();
    runner.start();
  }

  /// Why the file that is there does not count; empty when it does.
  String trouble() {
    return trouble;
  }

  /// Checks a name and a password. A wrong name takes as long as a wrong password.
  ///
  /// @param answer gets the user, or null when it is wrong; perhaps before this method returns
  /// @return false when too many are waiting; there is no answer then
  boolean check(String name, byte[] password, Consumer<@Nullable User> answer) {
    User user = users.find(name);
    Proven known = user == null ? null : proven.get(name);
    if (user != null
        && known != null
        && known.hash.equals(user.password())
        && MessageDigest.isEqual(known.mac, mac(password))) {
      answer.accept(user);
      return true;
    }
    boolean taken = checks.offer(new Check(user, password, answer));
    runner.wake();
    return taken;
  }

  /// Whether the user is as it was when it came in.
  boolean isCurrent(User user) {
    User now = users.find(user.name());
    return now != null && now.password().equals(user.password());
  }

  private void checked(Check check, boolean isRight) {
    User user = check.user;
    if (user == null || !isRight || !isCurrent(user)) {
      check.answer.accept(null);
      return;
    }
    proven.put(user.name(), new Proven(user.password(), mac(check.password)));
    check.answer.accept(user);
  }

  private byte[] mac(byte[] password) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(key);
      return mac.doFinal(password);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + MAC, e);
    }
  }

  // ---- the thread of its own

  @Override
  public String name() {
    return name;
  }

  @Override
  public int doWork(long nowNanos) {
    if (nowNanos - lookedNanos >= LOOK_NANOS) {
      lookedNanos = nowNanos;
      look();
    }
    Check next = checks.poll();
    if (next == null) {
      return 0;
    }
    User user = next.user;
    PasswordHash hash = user == null ? decoy : user.password();
    boolean isRight = hash.matches(next.password);
    tellLoop(() -> checked(next, isRight));
    return 1;
  }

  private void tellLoop(Runnable what) {
    try {
      loop.execute(what);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "the event loop has ended", e);
    }
  }

  /// A file that cannot be read leaves the users that were there: a mistake locks nobody out.
  private void look() {
    try {
      UserFile.Stamp now = file.stamp(); // first: what changes meanwhile is read the next time
      if (now.equals(stamp)) {
        return;
      }
      stamp = now;
      Users read = file.load();
      trouble = "";
      tellLoop(() -> {
        users = read;
        changed.run();
      });
    } catch (IOException e) {
      String what = e.getMessage() + "; until then the users are those that it had before";
      if (!what.equals(trouble)) {
        trouble = what;
        LOG.log(System.Logger.Level.WARNING, what);
      }
    }
  }

  @Override
  public void close() {
    runner.close();
  }
}
