package io.tributary.sim.house;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/// The modules of this build as they lie on the disk: every folder that the poms reach, with its pom, its compiled module-info
/// and its classes. Names are artifact ids without their common prefix. One without a module-info, since what it uses cannot be
/// a Java module, has the arrows of its pom, and nobody can name it but a ServiceLoader.
final class House {
  private static final String GROUP = "io.tributary";
  private static final String PREFIX = "tributary-";

  /// A folder with its pom's and its module-info's arrows. `declared` are those that the compiler needs; `byName` those that are
  /// found by a ServiceLoader or started as a process (scopes runtime and provided); `foreign` are the artifacts of others. Tests
  /// may know anything below the mains.
  record Room(
      String name,
      Path folder,
      String purpose,
      @Nullable ModuleDescriptor module,
      Set<String> declared,
      Set<String> byName,
      Set<String> foreign) {

    Path classes() {
      return folder.resolve("target/classes");
    }

    /// Its name as a Java module, if it is one.
    String moduleName() {
      return module == null ? "" : module.name();
    }

    /// Of Java modules.
    Set<String> requires() {
      return module == null
          ? new TreeSet<>()
          : module.requires().stream()
              .map(ModuleDescriptor.Requires::name)
              .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private final Path root;
  private final TreeMap<String, Room> rooms = new TreeMap<>();

  private House(Path root) {
    this.root = root;
  }

  static House open() {
    Path module = Path.of(System.getProperty("basedir", System.getProperty("user.dir", ".")));
    House house = new House(module.toAbsolutePath().getParent());
    house.enter(house.root);
    return house;
  }

  Path root() {
    return root;
  }

  List<Room> rooms() {
    return List.copyOf(rooms.values());
  }

  Room room(String name) {
    Room room = rooms.get(name);
    if (room == null) {
      throw new IllegalArgumentException("no module " + name + "; there are " + rooms.keySet());
    }
    return room;
  }

  /// What `room` requires of our own modules, by their short names.
  Set<String> arrows(Room room) {
    if (room.module() == null) {
      return room.declared();
    }
    Set<String> required = room.requires();
    return rooms.values().stream()
        .filter(other -> required.contains(other.moduleName()))
        .map(Room::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void enter(Path folder) {
    Element pom = read(folder.resolve("pom.xml"));
    List<String> inner =
        children(pom, "modules").stream()
            .flatMap(modules -> children(modules, "module").stream())
            .map(Node::getTextContent)
            .toList();
    if (inner.isEmpty()) {
      Room room = room(folder, pom);
      rooms.put(room.name(), room);
    }
    inner.forEach(name -> enter(folder.resolve(name)));
  }

  private static Room room(Path folder, Element pom) {
    Set<String> declared = new TreeSet<>();
    Set<String> byName = new TreeSet<>();
    Set<String> foreign = new TreeSet<>();
    for (Element dependencies : children(pom, "dependencies")) {
      for (Element dependency : children(dependencies, "dependency")) {
        boolean isOurs = text(dependency, "groupId").equals(GROUP);
        if (!isOurs && text(dependency, "scope").isEmpty()) {
          foreign.add(text(dependency, "artifactId"));
        }
        if (isOurs) {
          String name = shortName(text(dependency, "artifactId"));
          switch (text(dependency, "scope")) {
            case "", "compile" -> declared.add(name);
            case "runtime", "provided" -> byName.add(name);
            default -> {} // test
          }
        }
      }
    }
    return new Room(
        shortName(text(pom, "artifactId")),
        folder,
        text(pom, "description"),
        descriptor(folder.resolve("target/classes/module-info.class")),
        declared,
        byName,
        foreign);
  }

  private static String shortName(String artifactId) {
    return artifactId.startsWith(PREFIX) ? artifactId.substring(PREFIX.length()) : artifactId;
  }

  private static @Nullable ModuleDescriptor descriptor(Path file) {
    if (Files.exists(file.resolveSibling("META-INF/services")) && !Files.exists(file)) {
      return null;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return ModuleDescriptor.read(in);
    } catch (IOException e) {
      throw new UncheckedIOException("compile every module first (./mvnw -pl sim -am ...)", e);
    }
  }

  private static Element read(Path file) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(file.toFile())
          .getDocumentElement();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SAXException | ParserConfigurationException e) {
      throw new IllegalStateException(file + " is not well-formed", e);
    }
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static String text(Element parent, String name) {
    return children(parent, name).stream()
        .findFirst()
        .map(Node::getTextContent)
        .map(String::strip)
        .orElse("");
  }
}
