/// The SmartModules that come with the program, built from the sources beside them.
module io.tributary.smartmodule.catalogue {
  requires static org.jspecify;
  requires io.tributary.settings;
  requires io.tributary.smartmodule;

  provides io.tributary.smartmodule.Catalogue with
      io.tributary.smartmodule.catalogue.OwnCatalogue;
}
