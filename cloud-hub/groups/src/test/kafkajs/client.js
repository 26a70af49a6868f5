// One step of a test with kafkajs: `node client.js STEP ADDRESS ARGUMENTS`. Prints what it learns, and fails if anything does.
'use strict'

const { Kafka, CompressionTypes, logLevel } = require('kafkajs')

const [step, address, ...rest] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'test', brokers: [address], logLevel: logLevel.ERROR })

/// Runs `work` with a connected admin, producer or consumer, and disconnects it.
async function connected(client, work) {
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.disconnect()
  }
}

const steps = {
  create: (topic, partitions) =>
    connected(kafka.admin(), async admin => {
      const created = await admin.createTopics({
        topics: [{ topic, numPartitions: Number(partitions), replicationFactor: 1 }],
        waitForLeaders: true,
      })
      console.log('created', created)
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      console.log('partitions', topics[0].partitions.length)
      console.log('listed', (await admin.listTopics()).includes(topic))
    }),

  /// Writes the numbers from `from` to `to` - 1, gzipped; each is its own key.
  write: (topic, from, to) =>
    connected(kafka.producer({ idempotent: true, maxInFlightRequests: 1 }), async producer => {
      const messages = []
      for (let i = Number(from); i < Number(to); i++) {
        messages.push({ key: String(i), value: String(i), headers: { source: 'kafkajs' } })
      }
      const answers = await producer.send({ topic, messages, compression: CompressionTypes.GZIP })
      console.log('errors', answers.filter(answer => answer.errorCode !== 0).length)
    }),

  /// Reads `count` values in a group, and leaves it; what was read is committed on the way out.
  read: (topic, groupId, count) =>
    connected(kafka.consumer({ groupId }), async consumer => {
      await consumer.subscribe({ topic, fromBeginning: true })
      await new Promise((resolve, reject) => {
        let read = 0
        consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
        consumer
          .run({
            eachMessage: async ({ message }) => {
              console.log('value', message.value.toString(), message.headers.source.toString())
              if (++read === Number(count)) resolve()
            },
          })
          .catch(reject)
      })
      await consumer.stop()
    }),

  inspect: (topic, groupId) =>
    connected(kafka.admin(), async admin => {
      const sum = (total, { offset }) => total + Number(offset)
      console.log('end', (await admin.fetchTopicOffsets(topic)).reduce(sum, 0))
      const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] })
      console.log('committed', partitions.reduce(sum, 0))
      const { groups } = await admin.describeGroups([groupId])
      console.log('state', groups[0].state)
      console.log('groups', (await admin.listGroups()).groups.map(group => group.groupId).join())
    }),

  remove: (topic, groupId) =>
    connected(kafka.admin(), async admin => {
      await admin.fetchTopicOffsets(topic) // kafkajs deletes records only of topics that it has asked about before
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '1' }] })
      const [{ low }] = (await admin.fetchTopicOffsets(topic)).filter(p => p.partition === 0)
      console.log('low', low)
      await admin.deleteGroups([groupId])
      await admin.deleteTopics({ topics: [topic] })
      console.log('listed', (await admin.listTopics()).includes(topic))
    }),
}

steps[step](...rest).catch(error => {
  console.error(error)
  process.exitCode = 1
})
