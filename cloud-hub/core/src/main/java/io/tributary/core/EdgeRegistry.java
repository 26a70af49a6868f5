package io.tributary.core;

import io.tributary.session.IntakeStatus;
import io.tributary.session.frame.Hello;
import io.tributary.store.StreamStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The edges that a hub has seen: who is connected, since when, and why not. Guarded by the desk's
/// lock. An edge that has streams is known from the store, also before it has come back.
final class EdgeRegistry {
  private static final String UNSEEN = "not seen since this hub started";

  private final int edgesMost;

  /// The one that was seen longest ago comes first.
  private final LinkedHashMap<String, Edge> edges = new LinkedHashMap<>(16, 0.75f, true);

  /// The last visit of an edge.
  private static final class Edge {
    private final HubSession session;
    private final Hello hello;
    private final String peer;
    private boolean connected = true;
    private String reason = "connected";
    private long sinceMs;

    private Edge(HubSession session, Hello hello, String peer, long nowMs) {
      this.session = session;
      this.hello = hello;
      this.peer = peer;
      this.sinceMs = nowMs;
    }
  }

  EdgeRegistry(int edgesMost) {
    this.edgesMost = edgesMost;
  }

  void connected(HubSession session, Hello hello, String peer, long nowMs) {
    edges.put(hello.edgeId(), new Edge(session, hello, peer, nowMs));
    forgetTooMany();
  }

  /// The living session of an edge, or null.
  @Nullable HubSession session(String edgeId) {
    Edge edge = edges.get(edgeId);
    return edge != null && edge.connected ? edge.session : null;
  }

  /// The session is gone; a later one of the same edge may have taken its place before.
  void disconnected(HubSession session, String edgeId, String why, long nowMs) {
    Edge edge = edges.get(edgeId);
    if (edge != null && edge.session == session && edge.connected) {
      edge.connected = false;
      edge.reason = why;
      edge.sinceMs = nowMs;
    }
  }

  List<EdgeStatus> status(Collection<StreamStatus> stored) {
    Map<String, List<StreamStatus>> streamsByEdge = new TreeMap<>();
    edges.keySet().forEach(edgeId -> streamsByEdge.put(edgeId, new ArrayList<>()));
    for (StreamStatus stream : stored) {
      streamsByEdge
          .computeIfAbsent(stream.stream().edgeId(), edgeId -> new ArrayList<>())
          .add(stream);
    }
    Map<String, Edge> seen = new HashMap<>(edges);
    List<EdgeStatus> list = new ArrayList<>(streamsByEdge.size());
    streamsByEdge.forEach((edgeId, streams) -> list.add(status(edgeId, seen.get(edgeId), streams)));
    return list;
  }

  private static EdgeStatus status(String edgeId, @Nullable Edge edge, List<StreamStatus> stored) {
    if (edge == null) {
      return new EdgeStatus(
          edgeId, false, UNSEEN, 0, "", null, null, "", streams(stored, Map.of()));
    }
    Map<Long, IntakeStatus.Stream> inSession = new HashMap<>();
    if (edge.connected) {
      for (IntakeStatus.Stream stream : edge.session.status().streams()) {
        inSession.put(stream.spec().streamId(), stream); // the last of those opened again counts
      }
    }
    return new EdgeStatus(
        edgeId,
        edge.connected,
        edge.reason,
        edge.sinceMs,
        edge.peer,
        edge.hello.incarnation(),
        edge.hello.runId(),
        edge.hello.agentVersion(),
        streams(stored, inSession));
  }

  private static List<EdgeStatus.Stream> streams(
      List<StreamStatus> stored, Map<Long, IntakeStatus.Stream> inSession) {
    return stored.stream()
        .map(one -> new EdgeStatus.Stream(one, inSession.get(one.stream().streamId())))
        .toList();
  }

  private void forgetTooMany() {
    Iterator<Edge> oldestFirst = edges.values().iterator();
    while (edges.size() > edgesMost && oldestFirst.hasNext()) {
      if (!oldestFirst.next().connected) {
        oldestFirst.remove();
      }
    }
  }
}
