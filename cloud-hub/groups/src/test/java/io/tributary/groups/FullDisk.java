package io.tributary.groups;

import io.tributary.log.Disk;
import io.tributary.log.DiskFile;
import io.tributary.log.NoSpaceException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/// Real files, of which those below one directory find no space while they are told so.
final class FullDisk {
  private final AtomicBoolean isFull = new AtomicBoolean();
  private final String directory;
  private final Disk disk;

  FullDisk(Disk real, String directory) {
    this.directory = directory;
    this.disk =
        proxy(
            Disk.class,
            (self, method, arguments) -> {
              try {
                Object result = method.invoke(real, arguments);
                return result instanceof DiskFile file
                        && ((String) arguments[0]).startsWith(this.directory)
                    ? guarded(file)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  Disk disk() {
    return disk;
  }

  void fill(boolean on) {
    isFull.set(on);
  }

  private DiskFile guarded(DiskFile file) {
    return proxy(
        DiskFile.class,
        (self, method, arguments) -> {
          if (isFull.get() && method.getName().equals("write")) {
            throw new NoSpaceException("no space left below " + directory);
          }
          try {
            return method.invoke(file, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(FullDisk.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
