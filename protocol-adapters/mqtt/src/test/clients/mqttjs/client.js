// One step of a test with MQTT.js: `node client.js STEP PORT VERSION CLIENT ARGUMENTS`. Prints what it learns, and fails if anything does.
'use strict'

const mqtt = require('mqtt')

const [step, port, version, clientId, ...rest] = process.argv.slice(2)

function connect(clean) {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: Number(version),
    clientId,
    clean,
    reconnectPeriod: 0,
    properties: version === '5' ? { sessionExpiryInterval: clean ? 0 : 600 } : undefined,
  })
}

const steps = {
  /// Subscribes, says `ready`, and prints the next `count` messages.
  async listen(filter, qos, clean, count) {
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      protocolVersion: Number(version),
      clientId,
      clean: clean === 'clean',
      reconnectPeriod: 0,
      properties: version === '5' ? { sessionExpiryInterval: clean === 'clean' ? 0 : 600 } : undefined,
    })
    let left = Number(count)
    const all = new Promise((resolve, reject) => {
      client.on('error', reject)
      client.on('message', (topic, payload, packet) => {
        const properties = packet.properties?.userProperties?.unit ?? '-'
        console.log(topic, packet.qos, packet.retain, payload.toString(), properties)
        if (--left === 0) resolve()
      })
    })
    await new Promise((resolve, reject) => {
      client.on('connect', resolve)
      client.on('error', reject)
    })
    const granted = await client.subscribeAsync(filter, { qos: Number(qos) })
    console.log('ready', granted.map(one => one.qos).join())
    if (left > 0) await all
    await client.endAsync()
  },

  /// Publishes the numbers from 0 to `count` - 1.
  async send(topic, qos, retain, count) {
    const client = await connect(true)
    const properties = version === '5' ? { userProperties: { unit: 'mm' } } : undefined
    const sent = []
    for (let i = 0; i < Number(count); i++) {
      const options = { qos: Number(qos), retain: retain === 'retain', properties }
      sent.push(client.publishAsync(topic, `value ${i}`, options))
    }
    await Promise.all(sent)
    await client.endAsync()
  },
}

steps[step](...rest).catch(error => {
  console.error(error)
  process.exit(1)
})
