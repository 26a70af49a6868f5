package io.tributary.store.log;

import io.tributary.store.conformance.AlterationConformance;
import io.tributary.store.conformance.CompactionConformance;
import io.tributary.store.conformance.DeletionConformance;
import io.tributary.store.conformance.GapConformance;
import io.tributary.store.conformance.ProducerConformance;
import io.tributary.store.conformance.ReaderConformance;
import io.tributary.store.conformance.StoreFixture;
import io.tributary.store.conformance.StreamConformance;
import io.tributary.store.conformance.TopicConformance;
import org.junit.jupiter.api.Nested;

/// The suite that every store must pass, over real files.
class LogStoreConformanceTest {
  @Nested
  class Topics extends TopicConformance {
    @Override
    protected StoreFixture fixture() throws Exception {
      return new LogStoreFixture();
    }
  }

  @Nested
  class Streams extends StreamConformance {
    @Override
    protected StoreFixture fixture() throws Exception {
      return new LogStoreFixture();
    }
  }

  @Nested
  class Gaps extends GapConformance {
    @Override
    protected StoreFixture fixture() throws Exception {
      return new LogStoreFixture();
    }
  }

  @Nested
  class Readers extends ReaderConformance {
    @Override
    protected StoreFixture fixture() throws Exception {
      return new LogStoreFixture();
    }
  }

  @Nested
  class Producers extends ProducerConformance {
    @Override
    protected StoreFixture fixture() throws Exception {
      return new LogStoreFixture();
    }
  }

  @Nested
  class Alterations extends AlterationConformance {
    @Override
    protected StoreFixture fixture() throws Exception {
      return new LogStoreFixture();
    }
  }

  @Nested
  class Compactions extends CompactionConformance {
    @Override
    protected StoreFixture fixture() throws Exception {
      return new LogStoreFixture();
    }
  }

  @Nested
  class Deletions extends DeletionConformance {
    @Override
    protected StoreFixture fixture() throws Exception {
      return new LogStoreFixture();
    }
  }
}
