package io.tributary.groups;

import io.tributary.front.kafka.Groups;
import io.tributary.front.kafka.GroupsConfig;
import io.tributary.store.Store;

/// How the front finds the coordinator.
public final class KafkaGroupsProvider implements Groups.Provider {
  @Override
  public Groups start(GroupsConfig config, Store store) {
    return KafkaGroups.start(config, store);
  }
}
