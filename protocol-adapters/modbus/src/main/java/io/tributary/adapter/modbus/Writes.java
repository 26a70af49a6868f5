package io.tributary.adapter.modbus;

import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import com.digitalpetri.modbus.pdu.WriteMultipleRegistersRequest;
import com.digitalpetri.modbus.pdu.WriteSingleCoilRequest;
import com.digitalpetri.modbus.pdu.WriteSingleRegisterRequest;
import io.tributary.adapter.command.Command;
import io.tributary.adapter.command.Executor;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Carries commands out: writes to the points that their owner calls writable. The line's thread only.
final class Writes implements Executor {
  private record Target(Line line, Device device, Point point) {}

  private final Map<String, Target> targets = new HashMap<>();

  /// Adds the writable points of a line's device.
  void add(Line line, Device device) {
    for (Block block : device.blocks) {
      for (Point point : block.points) {
        if (point.isWritable()) {
          targets.put(device.name + "/" + point.name(), new Target(line, device, point));
        }
      }
    }
  }

  @Override
  public void execute(Command command, Done done) {
    Target target = targets.get(command.target());
    if (target == null) {
      done.done(
          "no point of that name is writable; there are "
              + String.join(", ", new TreeSet<>(targets.keySet())));
      return;
    }
    try {
      Request request = Request.write(target.device.unit, request(target.point, command.value()));
      target.line.write(new Line.Write(target.device, request, done::done));
    } catch (NoValue e) {
      done.done(e.getMessage());
    }
  }

  private static ModbusRequestPdu request(Point point, @Nullable Object value) throws NoValue {
    if (point.table().isOfBits) {
      if (value instanceof Boolean on) {
        return new WriteSingleCoilRequest(point.address(), on);
      }
      throw new NoValue("'" + value + "' is neither true nor false");
    }
    byte[] registers = point.encoding().encode(value, point.count());
    return point.count() == 1
        ? new WriteSingleRegisterRequest(
            point.address(), ((registers[0] & 0xff) << 8) | (registers[1] & 0xff))
        : new WriteMultipleRegistersRequest(point.address(), point.count(), registers);
  }
}
