/// The lines of files that programs write, over rotations, once.
module io.tributary.adapter.file {
  requires static transitive org.jspecify;
  requires transitive io.tributary.adapter;
  requires transitive io.tributary.settings;
  requires io.tributary.adapter.measurement;
  requires io.tributary.agent;

  exports io.tributary.adapter.file;

  provides io.tributary.adapter.AdapterType with
      io.tributary.adapter.file.FileTailAdapterType;
}
