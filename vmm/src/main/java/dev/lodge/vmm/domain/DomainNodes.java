package dev.lodge.vmm.domain;

import dev.lodge.vmm.boot.BootLayout;
import dev.lodge.vmm.store.Permissions;
import dev.lodge.vmm.store.StoreView;

/** The nodes of xenstore that a domain finds when it starts, as Xen's tools (libxl) write them. */
final class DomainNodes {

    static final long KIB = 1024;

    private DomainNodes() {}

    static void writeDomainZero(StoreView store) {
        store.write("/local/domain/0/domid", "0");
        store.write("/local/domain/0/name", "Domain-0");
    }

    static String home(int domid) {
        return "/local/domain/" + domid;
    }

    static void write(StoreView store, int domid, String name, String uuid, long memory, int vcpus, int online) {
        String home = home(domid);
        Permissions readable = Permissions.of("n0", "r" + domid);
        Permissions own = Permissions.of("n" + domid);
        directory(store, home, readable);
        put(store, home + "/vm", "/vm/" + uuid, readable);
        put(store, home + "/name", name, readable);
        put(store, home + "/domid", Integer.toString(domid), readable);
        directory(store, home + "/cpu", readable);
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            directory(store, home + "/cpu/" + vcpu, readable);
            put(store, home + "/cpu/" + vcpu + "/availability", availability(vcpu, online), readable);
        }
        directory(store, home + "/memory", readable);
        put(store, home + "/memory/static-max", Long.toString(memory / KIB), readable);
        put(store, home + "/memory/target", Long.toString(memory / KIB), readable);
        put(store, home + "/memory/videoram", "0", readable);
        directory(store, home + "/device", readable);
        directory(store, home + "/device/suspend", readable);
        put(store, home + "/device/suspend/event-channel", "", own);
        directory(store, home + "/control", readable);
        put(store, home + "/control/shutdown", "", own);
        put(store, home + "/control/feature-poweroff", "", own);
        put(store, home + "/control/feature-reboot", "", own);
        put(store, home + "/control/feature-suspend", "", own);
        put(store, home + "/control/sysrq", "", own);
        put(store, home + "/control/platform-feature-multiprocessor-suspend", "1", readable);
        put(store, home + "/control/platform-feature-xs_reset_watches", "1", readable);
        put(store, home + "/data", "", own);
        put(store, home + "/drivers", "", own);
        put(store, home + "/feature", "", own);
        put(store, home + "/attr", "", own);
        put(store, home + "/error", "", own);
        directory(store, home + "/store", readable);
        put(store, home + "/store/port", Integer.toString(GuestSide.STORE_PORT), readable);
        put(store, home + "/store/ring-ref", Long.toString(BootLayout.XENSTORE_FRAME), readable);
        directory(store, "/vm/" + uuid, readable);
        put(store, "/vm/" + uuid + "/name", name, readable);
        put(store, "/vm/" + uuid + "/uuid", uuid, readable);
        put(store, "/vm/" + uuid + "/start_time", startTime(System.currentTimeMillis()), readable);
        writeFirstConsole(store, domid, readable, Permissions.of("n" + domid, "r0"));
    }

    /** Tells the guest which vCPUs it should have on line: the first so many. */
    static void setOnline(StoreView store, int domid, int vcpus, int online) {
        for (int vcpu = 0; vcpu < vcpus; vcpu++) {
            store.write(home(domid) + "/cpu/" + vcpu + "/availability", availability(vcpu, online));
        }
    }

    private static String availability(int vcpu, int online) {
        return vcpu < online ? "online" : "offline";
    }

    private static void writeFirstConsole(StoreView store, int domid, Permissions readable, Permissions frontendOwned) {
        String frontend = home(domid) + "/console";
        String backend = "/local/domain/0/backend/console/" + domid + "/0";
        directory(store, frontend, readable);
        put(store, frontend + "/backend", backend, readable);
        put(store, frontend + "/backend-id", "0", frontendOwned);
        put(store, frontend + "/limit", "1048576", readable);
        put(store, frontend + "/type", "xenconsoled", readable);
        put(store, frontend + "/output", "pty", readable);
        put(store, frontend + "/tty", "", readable);
        put(store, frontend + "/port", Integer.toString(GuestSide.CONSOLE_PORT), readable);
        put(store, frontend + "/ring-ref", Long.toString(BootLayout.CONSOLE_FRAME), readable);
        directory(store, backend, readable);
        put(store, backend + "/frontend", frontend, readable);
        put(store, backend + "/frontend-id", Integer.toString(domid), readable);
        put(store, backend + "/online", "1", readable);
        put(store, backend + "/state", "1", readable);
        put(store, backend + "/protocol", "vt100", readable);
    }

    /** Seconds since 1970, with two decimals, as xl writes it. */
    private static String startTime(long millis) {
        long hundredths = millis / 10 % 100;
        return millis / 1000 + (hundredths < 10 ? ".0" : ".") + hundredths;
    }

    /** Removes what was written for a domain, its own nodes and its devices' back ends. */
    static void remove(StoreView store, int domid, String uuid) {
        removeIfThere(store, home(domid));
        removeIfThere(store, "/vm/" + uuid);
        for (String kind : store.list("/local/domain/0/backend")) {
            removeIfThere(store, "/local/domain/0/backend/" + kind + "/" + domid);
        }
    }

    static void put(StoreView store, String path, String value, Permissions permissions) {
        store.write(path, value);
        store.setPermissions(path, permissions);
    }

    static void directory(StoreView store, String path, Permissions permissions) {
        store.makeDirectory(path);
        store.setPermissions(path, permissions);
    }

    private static void removeIfThere(StoreView store, String path) {
        if (store.exists(path)) {
            store.remove(path);
        }
    }
}
