package io.tributary.smartmodule.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import run.endive.runtime.Memory;

/// What the code of guests does, as {@link GuestCode} has it: their loads and stores, and their globals. Public for that code alone.
///
/// The names and the order of the arguments are those of Endive's own.
public final class GuestAccess {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final VarHandle FLOAT = view(float[].class);
  private static final VarHandle DOUBLE = view(double[].class);

  private GuestAccess() {}

  private static VarHandle view(Class<?> of) {
    return MethodHandles.byteArrayViewVarHandle(of, ByteOrder.LITTLE_ENDIAN);
  }

  /// The array of a guest's memory, until it grows.
  public static byte[] bytes(Memory memory) {
    return ((FlatMemory) memory).bytes();
  }

  public static long readGlobal(int index, Memory memory) {
    return ((FlatMemory) memory).global(index).getValue();
  }

  public static void writeGlobal(long value, int index, Memory memory) {
    ((FlatMemory) memory).global(index).setValue(value);
  }

  /// Both are unsigned. What is behind 2 GiB stays negative, so that it is outside of every array, and comes not round to its
  /// beginning.
  private static int at(int base, int offset) {
    return base < 0 ? base : base + offset;
  }

  public static byte memoryReadByte(int base, int offset, byte[] bytes) {
    return bytes[at(base, offset)];
  }

  public static short memoryReadShort(int base, int offset, byte[] bytes) {
    return (short) SHORT.get(bytes, at(base, offset));
  }

  public static int memoryReadInt(int base, int offset, byte[] bytes) {
    return (int) INT.get(bytes, at(base, offset));
  }

  public static long memoryReadLong(int base, int offset, byte[] bytes) {
    return (long) LONG.get(bytes, at(base, offset));
  }

  public static float memoryReadFloat(int base, int offset, byte[] bytes) {
    return (float) FLOAT.get(bytes, at(base, offset));
  }

  public static double memoryReadDouble(int base, int offset, byte[] bytes) {
    return (double) DOUBLE.get(bytes, at(base, offset));
  }

  public static void memoryWriteByte(int base, byte value, int offset, byte[] bytes) {
    bytes[at(base, offset)] = value;
  }

  public static void memoryWriteShort(int base, short value, int offset, byte[] bytes) {
    SHORT.set(bytes, at(base, offset), value);
  }

  public static void memoryWriteInt(int base, int value, int offset, byte[] bytes) {
    INT.set(bytes, at(base, offset), value);
  }

  public static void memoryWriteLong(int base, long value, int offset, byte[] bytes) {
    LONG.set(bytes, at(base, offset), value);
  }

  public static void memoryWriteFloat(int base, float value, int offset, byte[] bytes) {
    FLOAT.set(bytes, at(base, offset), value);
  }

  public static void memoryWriteDouble(int base, double value, int offset, byte[] bytes) {
    DOUBLE.set(bytes, at(base, offset), value);
  }
}
