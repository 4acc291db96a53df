package dev.lodge.vmm.store;

import java.nio.charset.StandardCharsets;

/** The errors that xenstore may answer with: {@code xsd_errors} of {@code xen/include/public/io/xs_wire.h}. */
@SuppressWarnings("ImmutableEnumChecker") // the bytes and the exception are made once and only read
public enum StoreError {
    EINVAL("the request is malformed"),
    EACCES("permission denied"),
    EEXIST("it exists already"),
    EISDIR("it is a directory"),
    ENOENT("there is no such node"),
    ENOMEM("the transaction failed earlier"),
    ENOSPC("a quota of the domain is used up"),
    EIO("input or output error"),
    ENOTEMPTY("it is not empty"),
    ENOSYS("there is no such operation"),
    EROFS("it is read-only"),
    EBUSY("it is in use"),
    EAGAIN("the transaction conflicts with another change"),
    EISCONN("it is connected already"),
    E2BIG("it does not fit into a message"),
    EPERM("only Domain 0 may do that");

    private final String explanation;
    private final byte[] wireName;
    private final StoreException exception;

    StoreError(String explanation) {
        this.explanation = explanation;
        this.wireName = (name() + '\0').getBytes(StandardCharsets.ISO_8859_1);
        this.exception = new StoreException(this);
    }

    /** What the error means, in plain words. */
    public String explanation() {
        return explanation;
    }

    /** The payload of an ERROR reply: the name and a NUL. Not to be changed. */
    byte[] wireName() {
        return wireName;
    }

    /** An exception without stack trace or path, made once: guests get errors all the time. */
    StoreException exception() {
        return exception;
    }
}
