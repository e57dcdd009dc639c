package dev.mtdconnector.local.intune;

/** The partner service refuses a request. The caller sees status, code and message; nothing has changed. */
public final class IntuneRefusal extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    IntuneRefusal(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static IntuneRefusal badRequest(String message) {
        return new IntuneRefusal(400, "BadRequest", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String text() {
        String message = getMessage();
        return message == null ? code : message;
    }
}
