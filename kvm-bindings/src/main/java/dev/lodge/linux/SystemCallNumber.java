package dev.lodge.linux;

/** System call numbers of x86-64 ({@code asm/unistd_64.h}), named as there. */
public final class SystemCallNumber {
    public static final int READ = 0;
    public static final int WRITE = 1;
    public static final int OPEN = 2;
    public static final int CLOSE = 3;
    public static final int FSTAT = 5;
    public static final int LSEEK = 8;
    public static final int MMAP = 9;
    public static final int MPROTECT = 10;
    public static final int MUNMAP = 11;
    public static final int RT_SIGACTION = 13;
    public static final int RT_SIGPROCMASK = 14;
    public static final int IOCTL = 16;
    public static final int PREAD64 = 17;
    public static final int PWRITE64 = 18;
    public static final int MADVISE = 28;
    public static final int GETPID = 39;
    public static final int FCNTL = 72;
    public static final int FLOCK = 73;
    public static final int FSYNC = 74;
    public static final int FDATASYNC = 75;
    public static final int TRUNCATE = 76;
    public static final int FTRUNCATE = 77;
    public static final int UMASK = 95;
    public static final int GETEUID = 107;
    public static final int GETEGID = 108;
    public static final int RT_SIGTIMEDWAIT = 128;
    public static final int FSTATFS = 138;
    public static final int GETTID = 186;
    public static final int SETXATTR = 188;
    public static final int GETXATTR = 191;
    public static final int LISTXATTR = 194;
    public static final int REMOVEXATTR = 197;
    public static final int GETDENTS64 = 217;
    public static final int CLOCK_GETTIME = 228;
    public static final int EPOLL_WAIT = 232;
    public static final int EPOLL_CTL = 233;
    public static final int TGKILL = 234;
    public static final int MKDIRAT = 258;
    public static final int MKNODAT = 259;
    public static final int FCHOWNAT = 260;
    public static final int NEWFSTATAT = 262;
    public static final int UNLINKAT = 263;
    public static final int LINKAT = 265;
    public static final int SYMLINKAT = 266;
    public static final int READLINKAT = 267;
    public static final int FCHMODAT = 268;
    public static final int UNSHARE = 272;
    public static final int UTIMENSAT = 280;
    public static final int TIMERFD_CREATE = 283;
    public static final int FALLOCATE = 285;
    public static final int TIMERFD_SETTIME = 286;
    public static final int EVENTFD2 = 290;
    public static final int EPOLL_CREATE1 = 291;
    public static final int PIPE2 = 293;
    public static final int PREADV = 295;
    public static final int PWRITEV = 296;
    public static final int PRLIMIT64 = 302;
    public static final int RENAMEAT2 = 316;
    public static final int GETRANDOM = 318;
    public static final int MEMFD_CREATE = 319;
    public static final int OPENAT2 = 437;

    private SystemCallNumber() {}
}
