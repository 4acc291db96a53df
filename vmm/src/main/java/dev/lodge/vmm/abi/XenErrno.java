package dev.lodge.vmm.abi;

import java.io.Serial;

/**
 * A hypercall that ends in an error: {@code xen/include/public/errno.h}.
 *
 * <p>A handler returns {@code -XenErrno.EINVAL}, or throws where the error shows up below it. What is thrown is made
 * beforehand and has no stack trace: a guest that errs all day costs its monitor nothing but time.
 */
public final class XenErrno extends RuntimeException {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int E2BIG = 7;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int EDOM = 33;
    public static final int ERANGE = 34;
    public static final int ENOSYS = 38;
    public static final int ETIME = 62;
    public static final int EILSEQ = 84;
    public static final int EOPNOTSUPP = 95;
    public static final int ENOTCONN = 107;

    @Serial
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace, nor anything else that could differ
    private static final XenErrno BAD_ADDRESS = new XenErrno(EFAULT);

    private final int errno;

    private XenErrno(int errno) {
        super(null, null, false, false);
        this.errno = errno;
    }

    /** The error of an argument at an address where the guest has no such memory. */
    public static XenErrno badAddress() {
        return BAD_ADDRESS;
    }

    /** The error number, positive. */
    public int errno() {
        return errno;
    }

    @Override
    public String getMessage() {
        return "hypercall answered with error " + errno;
    }
}
