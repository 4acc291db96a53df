package dev.lodge.vmm.store;

/** Names of nodes: {@code /} and parts of letters, digits and {@code -_@}, or a special name that starts with {@code @}. */
final class Paths {

    static final String ROOT = "/";
    static final String INTRODUCE_DOMAIN = "@introduceDomain";
    static final String RELEASE_DOMAIN = "@releaseDomain";

    private static final String DOMAINS = "/local/domain/";

    /** XENSTORE_ABS_PATH_MAX of {@code xen/include/public/io/xs_wire.h}. */
    private static final int ABSOLUTE_MAX = 3072;

    /** XENSTORE_REL_PATH_MAX of {@code xen/include/public/io/xs_wire.h}. */
    private static final int RELATIVE_MAX = 2048;

    private Paths() {}

    /** A domain's home. */
    static String ofDomain(int domain) {
        return DOMAINS.concat(Integer.toString(domain));
    }

    static boolean isRelative(String path) {
        return path.isEmpty() || (path.charAt(0) != '/' && path.charAt(0) != '@');
    }

    /**
     * The absolute form of a path that a client named.
     *
     * @param specialAllowed whether a name that starts with {@code @} is allowed
     * @throws StoreException EINVAL if it is no path
     */
    static String canonical(String path, Client client, boolean specialAllowed) {
        String absolute = path;
        if (isRelative(path)) {
            if (path.length() > RELATIVE_MAX) {
                throw StoreError.EINVAL.exception();
            }
            absolute = client.basePath().concat(path);
        } else if (path.length() > ABSOLUTE_MAX || (path.charAt(0) == '@' && !specialAllowed)) {
            throw StoreError.EINVAL.exception();
        }
        if (!isWellFormed(absolute) || isTooLong(absolute, client)) {
            throw StoreError.EINVAL.exception();
        }
        return absolute;
    }

    private static boolean isWellFormed(String path) {
        char previous = 0;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (!isAllowed(c) || (c == '/' && previous == '/')) {
                return false;
            }
            previous = c;
        }
        return previous != '/' || path.length() == 1;
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '/' && c <= '9') || (c >= '@' && c <= 'Z') || c == '-' || c == '_';
    }

    private static boolean isTooLong(String path, Client client) {
        return !client.isPrivileged()
                && path.length() - domainPrefix(path) > client.quotas().pathLength();
    }

    /** The length of a leading {@code /local/domain/<id>/}, or 0. */
    private static int domainPrefix(String path) {
        if (!path.startsWith(DOMAINS)) {
            return 0;
        }
        int end = DOMAINS.length();
        while (end < path.length() && path.charAt(end) >= '0' && path.charAt(end) <= '9') {
            end++;
        }
        int digits = end - DOMAINS.length();
        return digits >= 1 && digits <= 5 && end < path.length() && path.charAt(end) == '/' ? end + 1 : 0;
    }

    /** The node above; that of a special name, as that of the root's children, is the root. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? ROOT : path.substring(0, slash);
    }

    /** The last part. */
    static String base(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static String child(String parent, String name) {
        return parent.length() == 1 ? ROOT.concat(name) : parent.concat(ROOT).concat(name);
    }

    /** Whether {@code path} is {@code ancestor} or lies below it. */
    static boolean isWithin(String path, String ancestor) {
        return path.startsWith(ancestor)
                && (path.length() == ancestor.length()
                        || ancestor.length() == 1
                        || path.charAt(ancestor.length()) == '/');
    }
}
