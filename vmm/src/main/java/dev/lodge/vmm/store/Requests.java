package dev.lodge.vmm.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one client, one method to an operation. Guarded by the store's lock. */
final class Requests {

    /** The first number that no domain has; it means the caller itself. {@code xen/include/public/xen.h}. */
    static final int DOMID_FIRST_RESERVED = 0x7ff0;

    private static final byte[] OK = {'O', 'K', 0};
    private static final byte[] TRUE = {'T', 0};
    private static final byte[] FALSE = {'F', 0};

    private final WireClient client;
    private final OutputQueue output;

    Requests(WireClient client, OutputQueue output) {
        this.client = client;
        this.output = output;
    }

    /** Puts a reply, or an ERROR reply, to a complete request into the output. */
    void answer(WireParser request) {
        try {
            Operation operation = Operation.of(request.type());
            if (operation.isPrivileged() && !client.isPrivileged()) {
                throw StoreError.EACCES.exception();
            }
            answer(operation, request, operation.ignoresTransaction() ? null : transactionOf(request));
        } catch (StoreException refused) {
            output.reply(
                    Operation.ERROR,
                    request.requestId(),
                    request.transactionId(),
                    refused.error().wireName());
        }
    }

    private @Nullable Transaction transactionOf(WireParser request) {
        if (request.transactionId() == 0) {
            return null;
        }
        Transaction transaction = client.findTransaction(request.transactionId());
        if (transaction == null) {
            throw StoreError.ENOENT.exception();
        }
        return transaction;
    }

    private void answer(Operation operation, WireParser request, @Nullable Transaction transaction) {
        switch (operation) {
            case CONTROL -> control(request);
            case DIRECTORY -> directory(request, transaction);
            case READ -> read(request, transaction);
            case GET_PERMS -> getPermissions(request, transaction);
            case WATCH -> watch(request);
            case UNWATCH -> unwatch(request);
            case TRANSACTION_START -> transactionStart(request, transaction);
            case TRANSACTION_END -> transactionEnd(request, transaction);
            case INTRODUCE -> introduce(request);
            case RELEASE -> release(request);
            case GET_DOMAIN_PATH -> getDomainPath(request);
            case WRITE -> write(request, transaction);
            case MKDIR -> mkdir(request, transaction);
            case RM -> rm(request, transaction);
            case SET_PERMS -> setPermissions(request, transaction);
            case IS_DOMAIN_INTRODUCED -> isDomainIntroduced(request);
            case RESUME -> resume(request);
            case SET_TARGET -> setTarget(request);
            case RESET_WATCHES -> resetWatches(request);
            case DIRECTORY_PART -> directoryPart(request, transaction);
        }
    }

    private void control(WireParser request) {
        String command = request.string(0, request.endOfString(0));
        String answer = ControlCommands.answer(command, client.quotas());
        if (answer == null) {
            throw StoreError.EINVAL.exception();
        }
        reply(request, bytes(answer.concat("\0")));
    }

    private void directory(WireParser request, @Nullable Transaction transaction) {
        reply(request, node(request, transaction).children());
    }

    private void read(WireParser request, @Nullable Transaction transaction) {
        reply(request, node(request, transaction).value());
    }

    private Node node(WireParser request, @Nullable Transaction transaction) {
        return tree().get(client, transaction, path(onlyString(request), false), Permissions.READ);
    }

    private void getPermissions(WireParser request, @Nullable Transaction transaction) {
        Node node = tree().get(client, transaction, path(onlyString(request), true), Permissions.READ);
        StringBuilder text = new StringBuilder();
        for (Permission entry : node.permissions().entries()) {
            text.append(entry).append('\0');
        }
        reply(request, bytes(text.toString()));
    }

    private void setPermissions(WireParser request, @Nullable Transaction transaction) {
        int strings = request.strings();
        if (strings < 2) {
            throw StoreError.EINVAL.exception();
        }
        if (!client.isPrivileged() && strings - 1 > client.quotas().permissions()) {
            throw StoreError.ENOSPC.exception();
        }
        int end = request.endOfString(0);
        String name = request.string(0, end);
        List<Permission> entries = new ArrayList<>(strings - 1);
        for (int i = 1; i < strings; i++) {
            int start = end + 1;
            end = request.endOfString(start);
            entries.add(Permission.of(request.string(start, end)));
        }
        tree().setPermissions(client, transaction, path(name, true), Permissions.of(entries));
        acknowledge(request);
    }

    private void write(WireParser request, @Nullable Transaction transaction) {
        int end = request.endOfString(0);
        tree().write(client, transaction, path(request.string(0, end), false), request.payload(end + 1));
        acknowledge(request);
    }

    private void mkdir(WireParser request, @Nullable Transaction transaction) {
        tree().makeDirectory(client, transaction, path(onlyString(request), false));
        acknowledge(request);
    }

    private void rm(WireParser request, @Nullable Transaction transaction) {
        tree().remove(client, transaction, path(onlyString(request), false));
        acknowledge(request);
    }

    private void watch(WireParser request) {
        if (request.strings() != 2) {
            throw StoreError.EINVAL.exception();
        }
        int end = request.endOfString(0);
        String token = request.string(end + 1, request.endOfString(end + 1));
        Watch watch = store().watch(client, request.string(0, end), token);
        acknowledge(request);
        client.deliver(watch, watch.ownPath());
    }

    private void unwatch(WireParser request) {
        if (request.strings() != 2) {
            throw StoreError.EINVAL.exception();
        }
        int end = request.endOfString(0);
        String token = request.string(end + 1, request.endOfString(end + 1));
        Watch watch = client.findWatch(path(request.string(0, end), true), token);
        if (watch == null) {
            throw StoreError.ENOENT.exception();
        }
        client.watches().remove(watch);
        acknowledge(request);
    }

    private void resetWatches(WireParser request) {
        client.forgetWatchesAndTransactions();
        acknowledge(request);
    }

    private void transactionStart(WireParser request, @Nullable Transaction transaction) {
        if (transaction != null) {
            throw StoreError.EBUSY.exception();
        }
        int id = store().begin(client).id();
        reply(request, bytes(Integer.toUnsignedString(id).concat("\0")));
    }

    private void transactionEnd(WireParser request, @Nullable Transaction transaction) {
        String verdict = onlyString(request);
        boolean commit = verdict.equals("T");
        if (!commit && !verdict.equals("F")) {
            throw StoreError.EINVAL.exception();
        }
        if (transaction == null) {
            throw StoreError.ENOENT.exception();
        }
        store().end(client, transaction, commit);
        acknowledge(request);
    }

    private void directoryPart(WireParser request, @Nullable Transaction transaction) {
        if (request.strings() != 2) {
            throw StoreError.EINVAL.exception();
        }
        int end = request.endOfString(0);
        Node node = tree().get(client, transaction, path(request.string(0, end), false), Permissions.READ);
        String offset = request.string(end + 1, request.endOfString(end + 1));
        reply(request, DirectoryParts.from(node, offset));
    }

    /** Domains are introduced by the monitor, never by a message; for one that is, its ring starts anew. */
    private void introduce(WireParser request) {
        if (request.strings() < 3) {
            throw StoreError.EINVAL.exception();
        }
        int first = request.endOfString(0);
        int second = request.endOfString(first + 1);
        int domain = DomainNumbers.parse(request.string(0, first), 0);
        int port = DomainNumbers.parse(request.string(second + 1, request.endOfString(second + 1)), 0);
        if (port == 0) {
            throw StoreError.EINVAL.exception();
        }
        WireClient introduced = store().clientOf(domain);
        if (introduced == null) {
            throw StoreError.ENOENT.exception();
        }
        introduced.requestReset();
        acknowledge(request);
    }

    private void release(WireParser request) {
        store().release(introducedGuest(request).id);
        acknowledge(request);
    }

    private void resume(WireParser request) {
        introducedGuest(request).shutDown = false;
        acknowledge(request);
    }

    private void setTarget(WireParser request) {
        if (request.strings() < 2) {
            throw StoreError.EINVAL.exception();
        }
        int end = request.endOfString(0);
        int domain = DomainNumbers.parse(request.string(0, end), 0);
        int target = DomainNumbers.parse(request.string(end + 1, request.endOfString(end + 1)), 0);
        store().domains().introduced(target);
        WireClient stand = store().domains().introduced(domain).client;
        if (stand != null) {
            stand.standInFor(target);
        }
        acknowledge(request);
    }

    private void isDomainIntroduced(WireParser request) {
        int domain = DomainNumbers.parse(onlyString(request), 0);
        reply(request, domain == DOMID_FIRST_RESERVED || store().isIntroduced(domain) ? TRUE : FALSE);
    }

    private void getDomainPath(WireParser request) {
        reply(
                request,
                bytes(Paths.ofDomain(DomainNumbers.parse(onlyString(request), 0))
                        .concat("\0")));
    }

    private Domain introducedGuest(WireParser request) {
        int domain = DomainNumbers.parse(onlyString(request), 0);
        if (domain == 0) {
            throw StoreError.EINVAL.exception();
        }
        return store().domains().introduced(domain);
    }

    /** The payload as one string: its only NUL is its last byte. */
    private static String onlyString(WireParser request) {
        int end = request.endOfString(0);
        if (end + 1 != request.payloadLength()) {
            throw StoreError.EINVAL.exception();
        }
        return request.string(0, end);
    }

    private String path(String name, boolean specialAllowed) {
        return Paths.canonical(name, client, specialAllowed);
    }

    private void acknowledge(WireParser request) {
        output.reply(request.type(), request.requestId(), request.transactionId(), OK);
    }

    private void reply(WireParser request, byte[] payload) {
        if (payload.length > WireParser.PAYLOAD_MAX) {
            throw StoreError.E2BIG.exception();
        }
        output.reply(request.type(), request.requestId(), request.transactionId(), payload);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private Store store() {
        return client.store();
    }

    private Tree tree() {
        return client.store().tree();
    }
}
