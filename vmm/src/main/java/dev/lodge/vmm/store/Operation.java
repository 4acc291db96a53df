package dev.lodge.vmm.store;

import org.jspecify.annotations.Nullable;

/** The wire operations by number, with who may ask and whether in a transaction: {@code xen/include/public/io/xs_wire.h}. */
enum Operation {
    CONTROL(0, true, false),
    DIRECTORY(1, false, false),
    READ(2, false, false),
    GET_PERMS(3, false, false),
    WATCH(4, false, true),
    UNWATCH(5, false, true),
    TRANSACTION_START(6, false, false),
    TRANSACTION_END(7, false, false),
    INTRODUCE(8, true, false),
    RELEASE(9, true, false),
    GET_DOMAIN_PATH(10, false, false),
    WRITE(11, false, false),
    MKDIR(12, false, false),
    RM(13, false, false),
    SET_PERMS(14, false, false),
    IS_DOMAIN_INTRODUCED(17, true, false),
    RESUME(18, true, false),
    SET_TARGET(19, true, false),
    RESET_WATCHES(21, false, false),
    DIRECTORY_PART(22, false, false);

    /** Only ever sent to clients. */
    static final int WATCH_EVENT = 15;

    /** Only ever sent to clients. */
    static final int ERROR = 16;

    private static final @Nullable Operation[] BY_NUMBER = byNumber();

    private final int number;
    private final boolean privileged;
    private final boolean ignoresTransaction;

    Operation(int number, boolean privileged, boolean ignoresTransaction) {
        this.number = number;
        this.privileged = privileged;
        this.ignoresTransaction = ignoresTransaction;
    }

    private static @Nullable Operation[] byNumber() {
        @Nullable Operation[] table = new @Nullable Operation[DIRECTORY_PART.number + 1];
        for (Operation operation : values()) {
            table[operation.number] = operation;
        }
        return table;
    }

    /**
     * The operation with a number from the wire.
     *
     * @throws StoreException ENOSYS if a client cannot ask for it
     */
    static Operation of(int number) {
        Operation operation = number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
        if (operation == null) {
            throw StoreError.ENOSYS.exception();
        }
        return operation;
    }

    int number() {
        return number;
    }

    /** Whether only Domain 0 may ask. */
    boolean isPrivileged() {
        return privileged;
    }

    /** Whether the transaction id of the header means nothing. */
    boolean ignoresTransaction() {
        return ignoresTransaction;
    }
}
