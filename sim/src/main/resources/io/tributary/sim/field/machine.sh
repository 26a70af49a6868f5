#!/bin/bash
# A machine of Debian's kernel under QEMU, with pins (gpio-sim) and an I2C bus (i2c-stub) of the kernel's own.
#
#   machine.sh prepare KERNEL_DIRECTORY
#       Downloads the kernel and its source as Debian packages, builds the one module that Debian does not, and packs a first file system.
#       Done once. Needs root, apt-get, a compiler.
#   machine.sh run KERNEL_DIRECTORY TRIAL_DIRECTORY HUB_PORT EDGE_PORT COMMAND...
#       Boots it, with this machine's files (to be read) and the trial's directory (to be written) in the same places, and runs the command
#       there. HUB_PORT of this machine is reachable there, and EDGE_PORT of the machine, at every address there, here. What the trial puts down as
#       do-0, do-1 ... is carried out beside the command; done-N has its exit status, out-N what it said.
set -euo pipefail
verb=$1 kernel=$2
shift 2

prepare() {
  mkdir -p "$kernel"
  cd "$kernel"
  [ ! -f ready ] || return 0
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q
  version=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: linux-image-//p' | head -1)
  apt-get install -y -q --no-install-recommends qemu-system-x86 busybox-static cpio kmod i2c-tools socat \
    mosquitto-clients gcc make xz-utils "linux-headers-$version" linux-source-6.1
  apt-get download -q "linux-image-$version"
  rm -rf image && dpkg-deb -x linux-image-"$version"_*.deb image && rm linux-image-"$version"_*.deb
  depmod -b image "$version"

  # gpio-sim is in the source but not in Debian's kernel; the interrupts that it simulates are in a second file, which calls a
  # function that modules may not: another way to the same.
  mkdir -p module
  tar xf /usr/src/linux-source-6.1.tar.xz -C module --strip-components=3 \
    linux-source-6.1/drivers/gpio/gpio-sim.c linux-source-6.1/drivers/gpio/gpiolib.h linux-source-6.1/kernel/irq/irq_sim.c
  sed -i 's/irq_to_desc(irqnum)/irq_data_to_desc(irq_get_irq_data(irqnum))/' module/irq_sim.c
  printf 'obj-m := gpio-simulated.o\ngpio-simulated-y := gpio-sim.o irq_sim.o\nccflags-y += -I$(src)\n' >module/Makefile
  make -s -C "/usr/src/linux-headers-$version" M="$kernel/module" modules

  rm -rf first && mkdir -p first/bin first/modules
  cp /bin/busybox first/bin/
  : >first/order
  for each in virtio_pci 9pnet_virtio 9p virtio_net configfs i2c-dev i2c-stub; do
    modprobe -d image -S "$version" --show-depends "$each" | sed -n 's/^insmod \([^ ]*\).*/\1/p' | while read -r file; do
      name=$(basename "$file" .ko)
      grep -qx "$name" first/order || { echo "$name" >>first/order && cp "$file" first/modules/; }
    done
  done
  cp module/gpio-simulated.ko first/modules/
  cat >first/init <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mkdir -p /proc /sys /dev /host
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for each in $(cat /order) gpio-simulated; do
  arguments=
  [ "$each" != i2c-stub ] || arguments=chip_addr=0x76,0x48,0x40
  insmod /modules/$each.ko $arguments || echo "no $each"
done
trial=$(sed 's/.*trial=\([^ ]*\).*/\1/' /proc/cmdline)
options=trans=virtio,version=9p2000.L,msize=262144
mount -t 9p -o $options,ro,cache=loose host /host
mount -t 9p -o $options,cache=none trial "/host$trial"
mount -t proc proc /host/proc
mount -t sysfs sys /host/sys
mount -t devtmpfs dev /host/dev
mount -t tmpfs run /host/run
mount -t configfs config /host/sys/kernel/config
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
chroot /host /bin/bash "$trial/inside.sh"
poweroff -f
INIT
  chmod +x first/init
  (cd first && find . | cpio -o -H newc --quiet | gzip -1) >first.gz
  cp image/boot/vmlinuz-"$version" vmlinuz
  touch ready
}

run() {
  trial=$1 hub_port=$2 edge_port=$3
  shift 3
  # The archive of the edge's classes is made by its first start, for which there is nothing to write to inside.
  "$1" edge start --config /dev/null >/dev/null 2>&1 || true
  {
    echo "export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/run TRIBUTARY_NO_BUILD=1 TRIBUTARY_EDGE_OPTS=-Djava.io.tmpdir=/run"
    echo "export JAVA_HOME=${JAVA_HOME:-}"
    echo "cd $trial"
    echo "socat TCP-LISTEN:$hub_port,bind=127.0.0.1,fork,reuseaddr TCP:10.0.2.2:$hub_port &"
    printf '%q ' "$@"
    cat <<'LOOP'
&
edge=$!
next=0
while kill -0 $edge 2>/dev/null; do
  if [ -f do-$next ]; then
    edge=$edge bash ./do-$next >out-$next 2>&1
    echo $? >begun && mv begun done-$next
    next=$((next + 1))
  else
    sleep 0.1
  fi
done
LOOP
  } >"$trial/inside.sh"
  # A console on standard output; the machine ends with its init. Without KVM it is slow and the same.
  exec qemu-system-x86_64 -machine pc -cpu max -accel tcg,thread=multi -smp 2 -m 1536 -display none -serial stdio -no-reboot \
    -kernel "$kernel/vmlinuz" -initrd "$kernel/first.gz" -append "console=ttyS0 quiet panic=-1 trial=$trial" \
    -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
    -virtfs "local,path=$trial,mount_tag=trial,security_model=none" \
    -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$edge_port-:$edge_port" -device virtio-net-pci,netdev=net,romfile= </dev/null
}

"$verb" "$@"
