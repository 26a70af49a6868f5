package io.tributary.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/// Reads a YAML 1.2 file into its root {@link Section}.
public final class Settings {
  /// A configuration is written by hand; what is larger is something else.
  private static final int MAX_FILE_BYTES = 1 << 20;

  /// Ends what refers to itself, and what nests without sense.
  private static final int MAX_DEPTH = 32;

  /// Ends what refers again and again to what refers again and again: a few lines of it are more than a machine can hold.
  private static final int MAX_NODES = 100_000;

  private final Place file;
  private final Problems problems = new Problems();
  private int nodes;
  private boolean isTooDeep;

  private Settings(Place file) {
    this.file = file;
  }

  /// Reads a file; relative paths in it count from its directory.
  ///
  /// @throws IOException when the file cannot be read
  /// @throws SettingsRefused when it is not YAML at all; everything else waits for {@link Section#finish}
  public static Section load(Path file) throws IOException, SettingsRefused {
    String name = file.toString();
    if (Files.size(file) > MAX_FILE_BYTES) {
      throw refuse(name, "is larger than " + Units.size(MAX_FILE_BYTES));
    }
    try {
      Path directory = file.toAbsolutePath().getParent();
      return parse(name, Files.readString(file), directory);
    } catch (CharacterCodingException e) {
      throw refuse(name, "is not UTF-8");
    }
  }

  /// As {@link #load}, of a text that is at hand.
  ///
  /// @param name how errors call it
  public static Section parse(String name, String text) throws SettingsRefused {
    return parse(name, text, null);
  }

  private static Section parse(String name, String text, @Nullable Path directory)
      throws SettingsRefused {
    Settings settings = new Settings(new Place(name, 1, directory));
    Tree.Branch root = settings.root(compose(name, text));
    return Section.root(root, settings.problems);
  }

  private static Optional<Node> compose(String name, String text) throws SettingsRefused {
    LoadSettings options =
        LoadSettings.builder().setLabel(name).setCodePointLimit(MAX_FILE_BYTES).build();
    try {
      StreamReader reader = new StreamReader(options, text);
      return new Composer(options, new ParserImpl(options, reader)).getSingleNode();
    } catch (MarkedYamlEngineException e) {
      String place = e.getProblemMark().map(mark -> name + ":" + line(mark)).orElse(name);
      throw refuse(place, "is not YAML: " + e.getProblem());
    } catch (YamlEngineException | IllegalArgumentException e) {
      throw refuse(name, "is not YAML: " + e.getMessage()); // the parser throws both
    }
  }

  private Tree.Branch root(Optional<Node> node) {
    if (node.isEmpty()) {
      return Tree.Branch.empty(file);
    }
    return switch (tree(node.get(), file, Key.ROOT, 0)) {
      case Tree.Branch branch -> branch;
      case Tree.Scalar(Place place, String text, boolean empty, boolean isText) when empty ->
          Tree.Branch.empty(place);
      case Tree other -> {
        problem(
            other.place(),
            Key.ROOT,
            "must be keys and values, such as 'data-dir: /var/lib/tributary'");
        yield Tree.Branch.empty(file);
      }
    };
  }

  /// The way to a value, put together only when there is something to say of it: a small file with aliases has many.
  private record Key(@Nullable Key before, String last) {
    private static final Key ROOT = new Key(null, "");

    @Override
    public String toString() {
      StringBuilder all = new StringBuilder();
      for (Key key = this; key != null; key = key.before) {
        all.insert(0, key.last);
      }
      return all.toString();
    }
  }

  private Tree tree(Node node, Place place, Key key, int depth) {
    nodes++;
    if (nodes > MAX_NODES) {
      if (nodes == MAX_NODES + 1) {
        problem(
            place,
            key,
            "is too much: with all aliases written out, the file has more than "
                + MAX_NODES
                + " values");
      }
      return new Tree.Scalar(place, "", true, false);
    }
    if (depth > MAX_DEPTH) {
      if (!isTooDeep) {
        problem(place, key, "is nested deeper than " + MAX_DEPTH);
        isTooDeep = true; // what refers to itself would be told without end
      }
      return new Tree.Scalar(place, "", true, false);
    }
    return switch (node) {
      case MappingNode mapping -> branch(mapping, place, key, depth);
      case SequenceNode sequence -> {
        List<Tree> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(tree(item, place(item), new Key(key, "[" + items.size() + "]"), depth + 1));
        }
        yield new Tree.Items(place, items);
      }
      case ScalarNode scalar ->
          new Tree.Scalar(
              place,
              scalar.getValue(),
              scalar.getTag().equals(Tag.NULL),
              scalar.getTag().equals(Tag.STR));
      default -> {
        problem(place, key, "is a kind of YAML that a configuration has no use for");
        yield new Tree.Scalar(place, "", true, false);
      }
    };
  }

  private Tree.Branch branch(MappingNode mapping, Place place, Key key, int depth) {
    Map<String, Tree> children = new LinkedHashMap<>();
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
        problem(place(tuple.getKeyNode()), key, "a key must be a word");
        continue;
      }
      Key childKey = new Key(key, key.before == null ? name.getValue() : "." + name.getValue());
      Tree child = tree(tuple.getValueNode(), place(name), childKey, depth + 1);
      Tree earlier = children.putIfAbsent(name.getValue(), child);
      if (earlier != null) {
        problem(place(name), childKey, "is there twice; the first is at " + earlier.place());
      }
    }
    return new Tree.Branch(place, children);
  }

  private Place place(Node node) {
    return new Place(
        file.source(), node.getStartMark().map(Settings::line).orElse(1), file.directory());
  }

  private static int line(Mark mark) {
    return mark.getLine() + 1;
  }

  private void problem(Place place, Key key, String text) {
    if (!problems.isFull()) {
      problems.add(place, key.toString(), text);
    }
  }

  private static SettingsRefused refuse(String place, String text) {
    return new SettingsRefused(List.of(new SettingsRefused.Problem(place, "", text)));
  }
}
