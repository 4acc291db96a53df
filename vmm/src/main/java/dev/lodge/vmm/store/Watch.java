package dev.lodge.vmm.store;

/**
 * A client's wish to hear of changes at a path and below. Compared by identity.
 *
 * <p>{@code skip} characters are cut off the paths it is told: the base of a path that was given as relative.
 */
final class Watch {

    private final Client client;
    private final String path;
    private final String token;
    private final int skip;

    Watch(Client client, String path, String token, boolean relative) {
        this.client = client;
        this.path = path;
        this.token = token;
        this.skip = relative ? client.basePath().length() : 0;
    }

    Client client() {
        return client;
    }

    String path() {
        return path;
    }

    String token() {
        return token;
    }

    /** The watch's own path as the client named it. */
    String ownPath() {
        return path.substring(skip);
    }

    boolean matches(String changed, boolean exactly) {
        return exactly ? changed.equals(path) : Paths.isWithin(changed, path);
    }

    void fire(String changed) {
        client.deliver(this, changed.substring(skip));
    }
}
