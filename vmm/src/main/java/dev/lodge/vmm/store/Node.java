package dev.lodge.vmm.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A node of the tree as it was at one generation. Immutable: the arrays are never changed once here. */
final class Node {

    static final byte[] EMPTY = {};

    private static final int FIXED_SIZE = 16;

    private final long generation;
    private final Permissions permissions;
    private final byte[] value;
    private final byte[] children;

    private Node(long generation, Permissions permissions, byte[] value, byte[] children) {
        this.generation = generation;
        this.permissions = permissions;
        this.value = value;
        this.children = children;
    }

    static Node leaf(long generation, Permissions permissions, byte[] value) {
        return new Node(generation, permissions, value, EMPTY);
    }

    /** Unique among all nodes and all their versions. */
    long generation() {
        return generation;
    }

    Permissions permissions() {
        return permissions;
    }

    byte[] value() {
        return value;
    }

    /** The children's names, each followed by a NUL, oldest first: the payload of a DIRECTORY reply. */
    byte[] children() {
        return children;
    }

    List<String> childNames() {
        List<String> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < children.length; i++) {
            if (children[i] == 0) {
                names.add(new String(children, start, i - start, StandardCharsets.ISO_8859_1));
                start = i + 1;
            }
        }
        return names;
    }

    /** The node's size as quotas count it. */
    int size() {
        return FIXED_SIZE + permissions.size() + value.length + children.length;
    }

    Node at(long newGeneration) {
        return new Node(newGeneration, permissions, value, children);
    }

    Node withValue(long newGeneration, byte[] newValue) {
        return new Node(newGeneration, permissions, newValue, children);
    }

    Node withPermissions(long newGeneration, Permissions newPermissions) {
        return new Node(newGeneration, newPermissions, value, children);
    }

    Node withChild(long newGeneration, String name) {
        byte[] longer = Arrays.copyOf(children, children.length + name.length() + 1);
        copyName(name, longer, children.length);
        return new Node(newGeneration, permissions, value, longer);
    }

    /** Without a child, if it is there. */
    Node withoutChild(long newGeneration, String name) {
        byte[] wanted = new byte[name.length() + 1];
        copyName(name, wanted, 0);
        int start = 0;
        while (start < children.length) {
            int end = start;
            while (children[end] != 0) {
                end++;
            }
            end++;
            if (Arrays.equals(children, start, end, wanted, 0, wanted.length)) {
                byte[] shorter = new byte[children.length - wanted.length];
                System.arraycopy(children, 0, shorter, 0, start);
                System.arraycopy(children, end, shorter, start, children.length - end);
                return new Node(newGeneration, permissions, value, shorter);
            }
            start = end;
        }
        return at(newGeneration);
    }

    private static void copyName(String name, byte[] target, int offset) {
        for (int i = 0; i < name.length(); i++) {
            target[offset + i] = (byte) name.charAt(i);
        }
    }
}
