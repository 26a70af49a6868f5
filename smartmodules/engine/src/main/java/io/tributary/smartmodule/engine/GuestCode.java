package io.tributary.smartmodule.engine;

import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.commons.LocalVariablesSorter;
import run.endive.runtime.Instance;
import run.endive.runtime.Memory;

/// Shortens the way of a guest's functions to its memory and its globals, in the classes that Endive's compiler made.
///
/// ```
/// func_3(int, Memory, Instance)                       func_3(int, Memory, Instance)
///                                                       bytes = GuestAccess.bytes(memory)
///   Shaded.memoryReadInt(address, 8, memory)      ─▶    GuestAccess.memoryReadInt(address, 8, bytes)
///   Shaded.readGlobal(2, instance)                ─▶    GuestAccess.readGlobal(2, memory)
///   func_4(7, memory, instance)                   ─▶    func_4(7, memory, instance)
///                                                       bytes = GuestAccess.bytes(memory)      it may have grown
/// ```
///
/// Endive reaches each byte by an interface, and the array behind it by a field, which every look for an interrupt has it read
/// again. Nothing else is changed, the look for an interrupt at each loop and call least of all.
final class GuestCode {
  private static final String ACCESS = Type.getInternalName(GuestAccess.class);
  private static final Type MEMORY = Type.getType(Memory.class);
  private static final Type INSTANCE = Type.getType(Instance.class);
  private static final Type BYTES = Type.getType(byte[].class);

  private static final String FUNCTION = "func_";
  private static final String OPERATIONS = "run/endive/runtime/OpcodeImpl";

  private GuestCode() {}

  /// @param compiled a class of Endive's compiler
  /// @return one that does the same
  static byte[] shorten(byte[] compiled) {
    ClassReader reader = new ClassReader(compiled);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access,
              String name,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            MethodVisitor written =
                super.visitMethod(access, name, descriptor, signature, exceptions);
            return name.startsWith(FUNCTION) && hasMemoryAndInstance(descriptor)
                ? new Function(access, descriptor, written)
                : written;
          }
        },
        ClassReader.EXPAND_FRAMES);
    try {
      return writer.toByteArray();
    } catch (MethodTooLargeException e) { // what is added for its calls is too much
      return compiled;
    }
  }

  private static boolean hasMemoryAndInstance(String descriptor) {
    Type[] arguments = Type.getArgumentTypes(descriptor);
    int count = arguments.length;
    return count >= 2
        && arguments[count - 2].equals(MEMORY)
        && arguments[count - 1].equals(INSTANCE);
  }

  /// A static method, whose last arguments are the memory and the instance. An argument that is loaded just before a call is held
  /// back, since the call may want another one.
  private static final class Function extends LocalVariablesSorter {
    private static final int NONE = -1;

    private final int memory;
    private final int instance;
    private int bytes;
    private int heldBack = NONE;

    Function(int access, String descriptor, MethodVisitor written) {
      super(Opcodes.ASM9, access, descriptor, written);
      int sizeAndThis = Type.getArgumentsAndReturnSizes(descriptor) >> 2;
      this.memory = sizeAndThis - 3;
      this.instance = sizeAndThis - 2;
    }

    @Override
    public void visitCode() {
      super.visitCode();
      bytes = newLocal(BYTES);
      loadBytes();
    }

    private void loadBytes() {
      mv.visitVarInsn(Opcodes.ALOAD, memory);
      mv.visitMethodInsn(
          Opcodes.INVOKESTATIC, ACCESS, "bytes", Type.getMethodDescriptor(BYTES, MEMORY), false);
      mv.visitVarInsn(Opcodes.ASTORE, bytes);
    }

    @Override
    public void visitVarInsn(int opcode, int variable) {
      release();
      if (opcode == Opcodes.ALOAD && (variable == memory || variable == instance)) {
        heldBack = variable;
      } else {
        super.visitVarInsn(opcode, variable);
      }
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String name, String descriptor, boolean isInterface) {
      if (heldBack == memory && isLoadOrStore(name)) {
        instead(bytes, name, descriptor.replace(MEMORY.getDescriptor(), BYTES.getDescriptor()));
      } else if (heldBack == instance && isGlobal(name)) {
        instead(memory, name, descriptor.replace(INSTANCE.getDescriptor(), MEMORY.getDescriptor()));
      } else {
        release();
        super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        if (mayGrowTheMemory(owner, name)) {
          loadBytes();
        }
      }
    }

    private void instead(int variable, String name, String descriptor) {
      heldBack = NONE;
      mv.visitVarInsn(Opcodes.ALOAD, variable);
      mv.visitMethodInsn(Opcodes.INVOKESTATIC, ACCESS, name, descriptor, false);
    }

    private static boolean isLoadOrStore(String name) {
      return switch (name) {
        case "memoryReadByte",
            "memoryReadShort",
            "memoryReadInt",
            "memoryReadLong",
            "memoryReadFloat",
            "memoryReadDouble",
            "memoryWriteByte",
            "memoryWriteShort",
            "memoryWriteInt",
            "memoryWriteLong",
            "memoryWriteFloat",
            "memoryWriteDouble" ->
            true;
        default -> false;
      };
    }

    private static boolean isGlobal(String name) {
      return name.equals("readGlobal") || name.equals("writeGlobal");
    }

    /// Whatever is not known to leave it as it is.
    private static boolean mayGrowTheMemory(String owner, String name) {
      return !owner.equals(OPERATIONS)
          && !owner.startsWith("java/lang/")
          && !name.equals("checkInterruption")
          && !name.equals("i32_ge_u"); // the one comparison that is not among the operations
    }

    private void release() {
      if (heldBack != NONE) {
        int variable = heldBack;
        heldBack = NONE;
        super.visitVarInsn(Opcodes.ALOAD, variable);
      }
    }

    // What else there may be between an argument and its call.

    @Override
    public void visitInsn(int opcode) {
      release();
      super.visitInsn(opcode);
    }

    @Override
    public void visitIntInsn(int opcode, int operand) {
      release();
      super.visitIntInsn(opcode, operand);
    }

    @Override
    public void visitTypeInsn(int opcode, String type) {
      release();
      super.visitTypeInsn(opcode, type);
    }

    @Override
    public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
      release();
      super.visitFieldInsn(opcode, owner, name, descriptor);
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String descriptor, Handle handle, Object... arguments) {
      release();
      super.visitInvokeDynamicInsn(name, descriptor, handle, arguments);
    }

    @Override
    public void visitJumpInsn(int opcode, Label label) {
      release();
      super.visitJumpInsn(opcode, label);
    }

    @Override
    public void visitLabel(Label label) {
      release();
      super.visitLabel(label);
    }

    @Override
    public void visitFrame(
        int type, int localCount, Object[] locals, int stackCount, Object[] stack) {
      release();
      super.visitFrame(type, localCount, locals, stackCount, stack);
    }

    @Override
    public void visitLdcInsn(Object value) {
      release();
      super.visitLdcInsn(value);
    }

    @Override
    public void visitIincInsn(int variable, int increment) {
      release();
      super.visitIincInsn(variable, increment);
    }

    @Override
    public void visitTableSwitchInsn(int least, int most, Label otherwise, Label... labels) {
      release();
      super.visitTableSwitchInsn(least, most, otherwise, labels);
    }

    @Override
    public void visitLookupSwitchInsn(Label otherwise, int[] keys, Label[] labels) {
      release();
      super.visitLookupSwitchInsn(otherwise, keys, labels);
    }

    @Override
    public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
      release();
      super.visitMultiANewArrayInsn(descriptor, dimensions);
    }

    @Override
    public void visitMaxs(int stack, int locals) {
      release();
      super.visitMaxs(stack, locals);
    }
  }
}
