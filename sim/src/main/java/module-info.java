/// Simulated devices, fleets and worlds, the ledger that judges them, and the benchmarks.
module io.tributary.sim {
  requires static org.jspecify;
  requires com.grack.nanojson;
  requires info.picocli;
  requires io.tributary.agent;
  requires io.tributary.certificates;
  requires io.tributary.device.simulated;
  requires io.tributary.core;
  requires io.tributary.link;
  requires io.tributary.log;
  requires io.tributary.record;
  requires io.tributary.session;
  requires io.tributary.settings;
  requires io.tributary.smartmodule;
  requires io.tributary.store.log;
  requires io.tributary.store;
  requires java.compiler;
  requires java.logging;
  requires java.management;
  requires kafka.clients;
  requires org.eclipse.paho.client.mqttv3;

  opens io.tributary.sim to
      info.picocli;
  opens io.tributary.sim.audit to
      info.picocli;
  opens io.tributary.sim.bench to
      info.picocli;
  opens io.tributary.sim.chaos to
      info.picocli;
  opens io.tributary.sim.clients to
      info.picocli;
  opens io.tributary.sim.device to
      info.picocli;
  opens io.tributary.sim.field to
      info.picocli;
  opens io.tributary.sim.field.board to
      info.picocli;
  opens io.tributary.sim.field.gateway to
      info.picocli;
  opens io.tributary.sim.field.kills to
      info.picocli;
  opens io.tributary.sim.field.modbus to
      info.picocli;
  opens io.tributary.sim.field.modbus.capture to
      info.picocli;
  opens io.tributary.sim.field.modbus.lines to
      info.picocli;
  opens io.tributary.sim.field.serial to
      info.picocli;
  opens io.tributary.sim.freeze to
      info.picocli;
  opens io.tributary.sim.guests to
      info.picocli;
  opens io.tributary.sim.hostile to
      info.picocli;
  opens io.tributary.sim.link to
      info.picocli;
  opens io.tributary.sim.lte to
      info.picocli;
  opens io.tributary.sim.mutation to
      info.picocli;
  opens io.tributary.sim.oracle to
      info.picocli;
  opens io.tributary.sim.plant to
      info.picocli;
  opens io.tributary.sim.promise to
      info.picocli;
  opens io.tributary.sim.world to
      info.picocli;
}
