package io.tributary.sim.house;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Draws the arrows between the modules as docs/modules.md. An arrow that a longer way already implies is left out of the
/// picture and stands in the table only.
final class ArrowPicture {
  private final House house;

  ArrowPicture(House house) {
    this.house = house;
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # The modules and their arrows

        An arrow means "knows", a dotted one "finds or starts by name". Arrows point down only, and
        `ModuleArrowsTest` in `sim` keeps this page equal to the module-infos and the poms: when it fails, it prints the
        page as it must read.

        ```mermaid
        graph TD
        """);
    List<House.Room> rooms =
        house.rooms().stream().sorted(Comparator.comparing(this::folder)).toList();
    for (House.Room room : rooms) {
      for (String next : withoutImplied(room)) {
        text.append("  ").append(room.name()).append(" --> ").append(next).append('\n');
      }
      for (String next : room.byName()) {
        text.append("  ").append(room.name()).append(" -.-> ").append(next).append('\n');
      }
    }
    text.append(
        """
        ```

        | folder | module | what it is | knows, of ours | knows, of others |
        |---|---|---|---|---|
        """);
    for (House.Room room : rooms) {
      text.append("| ").append(folder(room));
      String module = room.moduleName();
      text.append(" | ").append(module.isEmpty() ? "—" : "`" + module + "`");
      text.append(" | ").append(room.purpose());
      text.append(" | ").append(orNothing(house.arrows(room)));
      text.append(" | ").append(orNothing(foreign(room))).append(" |\n");
    }
    return text.toString();
  }

  private String folder(House.Room room) {
    Path relative = house.root().relativize(room.folder());
    return relative.toString().replace('\\', '/');
  }

  private Set<String> withoutImplied(House.Room room) {
    Set<String> direct = house.arrows(room);
    Set<String> implied = new TreeSet<>();
    direct.forEach(next -> collect(next, implied));
    Set<String> drawn = new TreeSet<>(direct);
    drawn.removeAll(implied);
    return drawn;
  }

  private void collect(String name, Set<String> reached) {
    for (String next : house.arrows(house.room(name))) {
      if (reached.add(next)) {
        collect(next, reached);
      }
    }
  }

  private static Set<String> foreign(House.Room room) {
    Set<String> names = room.module() == null ? room.foreign() : room.requires();
    names.removeIf(name ->
        name.startsWith("io.tributary") || name.equals("java.base") || name.equals("org.jspecify"));
    return names;
  }

  private static String orNothing(Set<String> names) {
    return names.isEmpty() ? "—" : String.join(", ", names);
  }
}
