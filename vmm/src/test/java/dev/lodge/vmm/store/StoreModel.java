package dev.lodge.vmm.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A simple xenstore for comparison, written from {@code docs/misc/xenstore.txt} with no thought of speed: nodes are compared by
 * identity, quotas are counted by walking, and each method returns the text of the reply it expects.
 */
final class StoreModel {

    /** A node; compared by identity, so that every change makes a new one. */
    static final class N {
        private final String value;
        private final List<String> perms;
        private final List<String> kids;

        N(String value, List<String> perms, List<String> kids) {
            this.value = value;
            this.perms = perms;
            this.kids = kids;
        }

        String value() {
            return value;
        }

        List<String> perms() {
            return perms;
        }

        List<String> kids() {
            return kids;
        }

        int owner() {
            return Integer.parseInt(perms.getFirst().substring(1));
        }
    }

    record W(int client, String path, String token, boolean relative) {}

    /** A transaction: what it saw first, what it has now, and whom it will tell. */
    static final class T {
        final Map<String, @Nullable N> seen = new LinkedHashMap<>();
        final Map<String, @Nullable N> mine = new LinkedHashMap<>();
        final Map<String, Boolean> exact = new LinkedHashMap<>();
        boolean created;
    }

    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String error) {
            super(error);
        }
    }

    final Map<String, @Nullable N> tree = new TreeMap<>();
    final List<W> watches = new ArrayList<>();
    final List<Map<Integer, T>> transactions = new ArrayList<>();
    final List<Set<String>> events = new ArrayList<>();
    private final int[] started;
    private final int nodeLimit;
    private final int watchLimit;
    private final int transactionLimit;

    StoreModel(int clients, int nodeLimit, int watchLimit, int transactionLimit) {
        this.started = new int[clients];
        this.nodeLimit = nodeLimit;
        this.watchLimit = watchLimit;
        this.transactionLimit = transactionLimit;
        for (int client = 0; client < clients; client++) {
            transactions.add(new TreeMap<>());
            events.add(new LinkedHashSet<>());
        }
    }

    String read(int d, @Nullable T t, String path) {
        return "READ " + get(d, t, path, "r").value();
    }

    String directory(int d, @Nullable T t, String path) {
        return "DIRECTORY " + joined(get(d, t, path, "r").kids());
    }

    String getPerms(int d, @Nullable T t, String path) {
        return "GET_PERMS " + joined(get(d, t, path, "r").perms());
    }

    String write(int d, @Nullable T t, String path, String value) {
        N node = find(d, t, path, "w");
        if (node == null) {
            create(d, t, path, value);
        } else {
            put(t, path, new N(value, node.perms(), node.kids()));
        }
        changed(t, path, look(t, path), false, null);
        return "WRITE OK|";
    }

    String mkdir(int d, @Nullable T t, String path) {
        if (find(d, t, path, "w") == null) {
            create(d, t, path, "");
            changed(t, path, look(t, path), false, null);
        }
        return "MKDIR OK|";
    }

    String rm(int d, @Nullable T t, String path) {
        N node = find(d, t, path, "w");
        if (node == null) {
            if (look(t, above(path)) == null) {
                throw new Refusal("ENOENT");
            }
            return "RM OK|";
        }
        removeAll(t, path, node, false);
        N parent = look(t, above(path));
        if (parent != null) {
            List<String> kids = new ArrayList<>(parent.kids());
            kids.remove(path.substring(path.lastIndexOf('/') + 1));
            put(t, above(path), new N(parent.value(), parent.perms(), kids));
        }
        return "RM OK|";
    }

    String setPerms(int d, @Nullable T t, String path, List<String> perms) {
        N node = find(d, t, path, "w");
        if (node == null) {
            throw new Refusal("ENOENT");
        }
        if (d != 0 && node.owner() != d) {
            throw new Refusal("EACCES");
        }
        N changed = new N(node.value(), perms, node.kids());
        if (d != 0 && changed.owner() != d) {
            throw new Refusal("EPERM");
        }
        put(t, path, changed);
        changed(t, path, changed, false, node);
        return "SET_PERMS OK|";
    }

    String start(int d) {
        Map<Integer, T> open = transactions.get(d);
        if (d != 0 && open.size() >= transactionLimit) {
            throw new Refusal("ENOSPC");
        }
        int id = ++started[d];
        open.put(id, new T());
        return "TRANSACTION_START " + id + "|";
    }

    String end(int d, int id, boolean commit) {
        T t = transactions.get(d).remove(id);
        if (t == null) {
            throw new Refusal("ENOENT");
        }
        if (commit) {
            if (d != 0 && t.created) {
                for (int owner = 1; owner < started.length; owner++) {
                    int change = owned(t.mine, owner) - owned(t.seen, owner);
                    if (change > 0 && owned(tree, owner) + change > nodeLimit) {
                        throw new Refusal("ENOSPC");
                    }
                }
            }
            t.seen.forEach((path, node) -> {
                if (tree.get(path) != node) {
                    throw new Refusal("EAGAIN");
                }
            });
            t.mine.forEach((path, node) -> {
                if (t.seen.get(path) != node) {
                    put(null, path, node);
                }
            });
            for (String path : t.seen.keySet()) {
                Boolean exact = t.exact.get(path);
                if (exact != null) {
                    changed(null, path, null, exact, t.seen.get(path));
                }
            }
        }
        return "TRANSACTION_END OK|";
    }

    String watch(int d, String path, boolean relative, String token) {
        for (W watch : watches) {
            if (watch.client() == d
                    && watch.path().equals(path)
                    && watch.token().equals(token)) {
                throw new Refusal("EEXIST");
            }
        }
        if (d != 0 && watches.stream().filter(watch -> watch.client() == d).count() >= watchLimit) {
            throw new Refusal("ENOSPC");
        }
        W watch = new W(d, path, token, relative);
        watches.add(watch);
        tell(watch, path);
        return "WATCH OK|";
    }

    String unwatch(int d, String path, String token) {
        if (!watches.removeIf(
                w -> w.client() == d && w.path().equals(path) && w.token().equals(token))) {
            throw new Refusal("ENOENT");
        }
        return "UNWATCH OK|";
    }

    String reset(int d) {
        watches.removeIf(w -> w.client() == d);
        transactions.get(d).clear();
        return "RESET_WATCHES OK|";
    }

    private N get(int d, @Nullable T t, String path, String right) {
        N node = find(d, t, path, right);
        if (node == null) {
            throw new Refusal("ENOENT");
        }
        return node;
    }

    private @Nullable N find(int d, @Nullable T t, String path, String right) {
        String at = path;
        N node = look(t, at);
        while (node == null) {
            at = above(at);
            node = look(t, at);
        }
        if (!may(d, node, right)) {
            throw new Refusal("EACCES");
        }
        return at.equals(path) ? node : null;
    }

    private void create(int d, @Nullable T t, String path, String value) {
        String parentPath = above(path);
        N parent = look(t, parentPath);
        if (parent == null) {
            int missing = 1;
            String at = parentPath;
            while (look(t, at) == null) {
                at = above(at);
                missing++;
            }
            checkNodes(d, t, missing);
            create(d, t, parentPath, "");
            parent = look(t, parentPath);
        } else {
            checkNodes(d, t, 1);
        }
        if (parent == null) {
            throw new AssertionError(parentPath);
        }
        List<String> kids = new ArrayList<>(parent.kids());
        kids.add(path.substring(path.lastIndexOf('/') + 1));
        put(t, parentPath, new N(parent.value(), parent.perms(), kids));
        List<String> perms = new ArrayList<>(parent.perms());
        if (d != 0) {
            perms.set(0, perms.getFirst().charAt(0) + Integer.toString(d));
        }
        put(t, path, new N(value, perms, List.of()));
        if (t != null) {
            t.created = true;
        }
    }

    private void checkNodes(int d, @Nullable T t, int more) {
        int change = t == null ? 0 : owned(t.mine, d) - owned(t.seen, d);
        if (d != 0 && owned(tree, d) + change + more > nodeLimit) {
            throw new Refusal("ENOSPC");
        }
    }

    private static int owned(Map<String, @Nullable N> nodes, int owner) {
        int count = 0;
        for (N node : nodes.values()) {
            count += node != null && node.owner() == owner ? 1 : 0;
        }
        return count;
    }

    private void removeAll(@Nullable T t, String path, N node, boolean exact) {
        for (String kid : node.kids()) {
            N child = look(t, path + "/" + kid);
            if (child != null) {
                removeAll(t, path + "/" + kid, child, true);
            }
        }
        put(t, path, null);
        changed(t, path, node, exact, null);
    }

    private @Nullable N look(@Nullable T t, String path) {
        if (t == null) {
            return tree.get(path);
        }
        if (!t.mine.containsKey(path)) {
            t.seen.put(path, tree.get(path));
            t.mine.put(path, tree.get(path));
        }
        return t.mine.get(path);
    }

    private void put(@Nullable T t, String path, @Nullable N node) {
        if (t != null) {
            t.mine.put(path, node);
        } else if (node == null) {
            tree.remove(path);
        } else {
            tree.put(path, node);
        }
    }

    private void changed(@Nullable T t, String path, @Nullable N node, boolean exact, @Nullable N before) {
        if (t != null) {
            t.exact.merge(path, exact, Boolean::logicalAnd);
            return;
        }
        N now = node == null ? tree.get(path) : node;
        for (W watch : watches) {
            boolean concerned = watch.path().equals(path)
                    || (!exact && (watch.path().equals("/") || path.startsWith(watch.path() + "/")));
            N parent = tree.get(above(path));
            boolean hears = (before != null && may(watch.client(), before, "r"))
                    || (now != null && may(watch.client(), now, "r"))
                    || (now != null && parent != null && may(watch.client(), parent, "r"));
            if (concerned && hears) {
                tell(watch, path);
            }
        }
    }

    private void tell(W watch, String path) {
        String prefix = watch.relative() ? "/local/domain/" + watch.client() + "/" : "";
        events.get(watch.client()).add("WATCH_EVENT " + path.substring(prefix.length()) + "|" + watch.token() + "|");
    }

    private static boolean may(int d, N node, String right) {
        if (d == 0 || node.owner() == d) {
            return true;
        }
        char letter = node.perms().getFirst().charAt(0);
        for (String entry : node.perms().subList(1, node.perms().size()).reversed()) {
            if (entry.substring(1).equals(Integer.toString(d))) {
                letter = entry.charAt(0);
            }
        }
        return letter == 'b' || letter == right.charAt(0);
    }

    static String above(String path) {
        return path.lastIndexOf('/') == 0 ? "/" : path.substring(0, path.lastIndexOf('/'));
    }

    static String joined(List<String> names) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append(name).append('|');
        }
        return text.toString();
    }
}
