package io.tributary.smartmodule.engine;

import io.tributary.smartmodule.Budget;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ConstantEvaluators;
import run.endive.runtime.GlobalInstance;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;
import run.endive.runtime.TrapException;
import run.endive.wasm.types.ActiveDataSegment;
import run.endive.wasm.types.DataSegment;
import run.endive.wasm.types.MemoryLimits;
import run.endive.wasm.types.PassiveDataSegment;

/// A guest's linear memory in one array, exactly as long as the memory is, so that the array's own bounds are the guest's.
///
/// Guests reach the array itself, see {@link GuestCode}; what of them is interpreted comes by this interface. An array of pages, as
/// Endive has it, makes the guest's functions several times slower, and so large that the small compiler of an edge gives them up.
/// The price is a copy of all of it when it grows, which a budget bounds.
///
/// What is outside throws an IndexOutOfBoundsException, which {@link EndiveGuest} calls a trap. Not shared, so that nobody waits
/// for it.
@SuppressWarnings("removal") // the interface still asks for what it will lose
final class FlatMemory implements Memory {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  private static final int FAILED = -1;

  private final int initialPages;
  private final int maximumPages;
  private byte[] bytes;
  private GlobalInstance[] globals = {};
  private DataSegment[] segments = {};

  /// @param pagesMost of the budget; the module's own limit may be lower
  FlatMemory(MemoryLimits declared, int pagesMost) {
    this.initialPages = declared.initialPages();
    this.maximumPages = Math.min(declared.maximumPages(), pagesMost);
    this.bytes = new byte[initialPages * Budget.PAGE_BYTES];
  }

  private static VarHandle view(Class<?> of) {
    return MethodHandles.byteArrayViewVarHandle(of, ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public int pages() {
    return bytes.length / Budget.PAGE_BYTES;
  }

  @Override
  public int initialPages() {
    return initialPages;
  }

  @Override
  public int maximumPages() {
    return maximumPages;
  }

  @Override
  public int grow(int more) {
    int before = pages();
    if (more < 0 || more > maximumPages - before) {
      return FAILED;
    }
    if (more > 0) {
      bytes = Arrays.copyOf(bytes, (before + more) * Budget.PAGE_BYTES);
    }
    return before;
  }

  // What shortened guests have at hand.

  /// All of it, until it grows.
  byte[] bytes() {
    return bytes;
  }

  /// Kept here as well, since Endive's own way to it is long.
  GlobalInstance global(int index) {
    return globals[index];
  }

  // What other guests do, again and again.

  @Override
  public byte read(int address) {
    return bytes[address];
  }

  @Override
  public short readShort(int address) {
    return (short) SHORT.get(bytes, address);
  }

  @Override
  public long readU16(int address) {
    return Short.toUnsignedLong(readShort(address));
  }

  @Override
  public int readInt(int address) {
    return (int) INT.get(bytes, address);
  }

  @Override
  public long readLong(int address) {
    return (long) LONG.get(bytes, address);
  }

  @Override
  public float readFloat(int address) {
    return (float) FLOAT.get(bytes, address);
  }

  @Override
  public long readF32(int address) {
    return readInt(address);
  }

  @Override
  public double readDouble(int address) {
    return (double) DOUBLE.get(bytes, address);
  }

  @Override
  public long readF64(int address) {
    return readLong(address);
  }

  @Override
  public void writeByte(int address, byte value) {
    bytes[address] = value;
  }

  @Override
  public void writeShort(int address, short value) {
    SHORT.set(bytes, address, value);
  }

  @Override
  public void writeI32(int address, int value) {
    INT.set(bytes, address, value);
  }

  @Override
  public void writeLong(int address, long value) {
    LONG.set(bytes, address, value);
  }

  @Override
  public void writeF32(int address, float value) {
    FLOAT.set(bytes, address, value);
  }

  @Override
  public void writeF64(int address, double value) {
    DOUBLE.set(bytes, address, value);
  }

  // Many bytes at once: all of them, or none.

  @Override
  public byte[] readBytes(int address, int length) {
    Objects.checkFromIndexSize(address, length, bytes.length);
    return Arrays.copyOfRange(bytes, address, address + length);
  }

  @Override
  public void write(int address, byte[] from, int offset, int length) {
    System.arraycopy(from, offset, bytes, address, length);
  }

  @Override
  public void copy(int to, int from, int length) {
    System.arraycopy(bytes, from, bytes, to, length);
  }

  @Override
  public void fill(byte value, int from, int to) {
    Objects.checkFromToIndex(from, to, bytes.length);
    Arrays.fill(bytes, from, to, value);
  }

  @Override
  public void zero() {
    Arrays.fill(bytes, (byte) 0);
  }

  // What a module brings along.

  @Override
  public void initialize(Instance instance, DataSegment @Nullable [] of) {
    globals = new GlobalInstance[instance.globalCount()];
    for (int i = 0; i < globals.length; i++) {
      globals[i] = instance.global(i);
    }
    if (of == null) {
      return;
    }
    segments = of.clone(); // an instance's own: it may drop them
    for (int i = 0; i < segments.length; i++) {
      if (segments[i] instanceof ActiveDataSegment active) {
        byte[] data = active.data();
        long[] address =
            ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions());
        write((int) address[0], data, 0, data.length);
        drop(i);
      }
    }
  }

  @Override
  public void initPassiveSegment(int segment, int address, int offset, int length) {
    write(address, segments[segment].data(), offset, length);
  }

  @Override
  public void drop(int segment) {
    segments[segment] = PassiveDataSegment.EMPTY;
  }

  // What several threads of a guest would do, which has one.

  @Override
  public boolean shared() {
    return false;
  }

  @Override
  public Object lock(int address) {
    return this;
  }

  @Override
  public int waitOn(int address, int expected, long timeoutNanos) {
    throw new TrapException("expected shared memory");
  }

  @Override
  public int waitOn(int address, long expected, long timeoutNanos) {
    throw new TrapException("expected shared memory");
  }

  @Override
  public int notify(int address, int waiters) {
    read(address); // a trap when it is outside
    return 0;
  }
}
