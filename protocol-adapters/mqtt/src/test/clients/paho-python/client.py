"""One step of a test with Eclipse Paho for Python: `client.py STEP PORT VERSION CLIENT ARGUMENTS`. Prints what it learns, and fails if anything does."""

import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

step, port, version, client_id, *rest = sys.argv[1:]
protocol = mqtt.MQTTv5 if version == "5" else mqtt.MQTTv311
PATIENCE_SECONDS = 60


def make(clean):
    if version == "5":
        return mqtt.Client(client_id=client_id, protocol=protocol)
    return mqtt.Client(client_id=client_id, protocol=protocol, clean_session=clean)


def connect(client, clean):
    if version == "5":
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 0 if clean else 600
        client.connect("127.0.0.1", int(port), clean_start=clean, properties=properties)
    else:
        client.connect("127.0.0.1", int(port))


def unit(message):
    if version == "5":
        for name, value in getattr(message.properties, "UserProperty", []):
            if name == "unit":
                return value
    return "-"


def listen(topic_filter, qos, clean, count):
    """Subscribes, says `ready`, and prints the next `count` messages."""
    left = [int(count)]
    done = threading.Event()
    subscribed = threading.Event()
    client = make(clean == "clean")

    def on_message(_client, _data, message):
        retain = str(bool(message.retain)).lower()
        print(message.topic, message.qos, retain, message.payload.decode(), unit(message), flush=True)
        left[0] -= 1
        if left[0] == 0:
            done.set()

    def on_subscribe(_client, _data, _mid, granted, *_):
        codes = ",".join(str(code.value if hasattr(code, "value") else code) for code in granted)
        print("ready", codes, flush=True)
        subscribed.set()

    def on_connect(the_client, *_):
        the_client.subscribe(topic_filter, int(qos))

    client.on_message = on_message
    client.on_subscribe = on_subscribe
    client.on_connect = on_connect
    connect(client, clean == "clean")
    client.loop_start()
    if not subscribed.wait(PATIENCE_SECONDS) or (left[0] > 0 and not done.wait(PATIENCE_SECONDS)):
        sys.exit("nothing came")
    client.disconnect()
    client.loop_stop()


def send(topic, qos, retain, count):
    """Publishes the numbers from 0 to `count` - 1."""
    client = make(True)
    client.max_queued_messages_set(0)
    connect(client, True)
    client.loop_start()
    sent = []
    for i in range(int(count)):
        properties = None
        if version == "5":
            properties = Properties(PacketTypes.PUBLISH)
            properties.UserProperty = ("unit", "mm")
        sent.append(client.publish(topic, f"value {i}", int(qos), retain == "retain", properties))
    for each in sent:
        each.wait_for_publish(PATIENCE_SECONDS)
        if not each.is_published():
            sys.exit("not published")
    client.disconnect()
    client.loop_stop()


{"listen": listen, "send": send}[step](*rest)
