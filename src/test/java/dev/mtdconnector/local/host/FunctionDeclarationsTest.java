package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FunctionDeclarationsTest {

    @Test
    void theListingOfAPackageNamesEveryFunctionOnce() {
        assertThat(FunctionDeclarations.inPackage("dev.mtdconnector.local.host.sample")
                        .listing())
                .isEqualTo("""
                AnyTwin: http route=twins/{which} methods=GET auth=ANONYMOUS
                Broken: http route=Broken methods=ANY auth=ANONYMOUS
                Cookies: http route=cookies methods=ANY auth=ANONYMOUS
                Echo: http route=echo/{*rest} methods=GET,HEAD,POST auth=ANONYMOUS
                EveryMinute: timer schedule=0 * * * * *
                ExactTwin: http route=twins/a methods=GET,POST auth=ANONYMOUS
                Guarded: http route=guarded methods=ANY auth=FUNCTION
                Jobs: queue queue=sample-jobs connection=STATE_STORAGE
                JobsPoison: queue queue=sample-jobs-poison connection=STATE_STORAGE
                """);
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Twice.class,
                NoTrigger.class,
                TwoTriggers.class,
                Unbound.class,
                BytesBody.class,
                ReturnsText.class,
                Setting.class,
                Hidden.class,
                Overloaded.class,
                BadName.class
            })
    void whatTheWorkerOrThisHostCannotRunIsRefused(Class<?> type) {
        assertThatIllegalArgumentException().isThrownBy(() -> FunctionDeclarations.of(type));
    }

    public static final class Twice {
        @FunctionName("Same")
        public void first(@TimerTrigger(name = "t", schedule = "0 * * * * *") String timer) {}

        @FunctionName("same")
        public void second(@TimerTrigger(name = "t", schedule = "0 * * * * *") String timer) {}
    }

    public static final class NoTrigger {
        @FunctionName("F")
        public void run() {}
    }

    public static final class TwoTriggers {
        @FunctionName("F")
        public void run(
                @TimerTrigger(name = "t", schedule = "0 * * * * *") String timer,
                @QueueTrigger(name = "q", queueName = "q", connection = "S") String message) {}
    }

    public static final class Unbound {
        @FunctionName("F")
        public void run(@TimerTrigger(name = "t", schedule = "0 * * * * *") String timer, String other) {}
    }

    public static final class BytesBody {
        @FunctionName("F")
        public HttpResponseMessage run(@HttpTrigger(name = "r") HttpRequestMessage<Optional<byte[]>> request) {
            return request.createResponseBuilder(HttpStatus.OK).build();
        }
    }

    public static final class ReturnsText {
        @FunctionName("F")
        public String run(@HttpTrigger(name = "r") HttpRequestMessage<Optional<String>> request) {
            return "";
        }
    }

    public static final class Setting {
        @FunctionName("F")
        public void run(@QueueTrigger(name = "q", queueName = "%QUEUE%", connection = "S") String message) {}
    }

    public static final class Hidden {
        @FunctionName("F")
        void run(@TimerTrigger(name = "t", schedule = "0 * * * * *") String timer) {}
    }

    public static final class Overloaded {
        @FunctionName("F")
        public void run(@TimerTrigger(name = "t", schedule = "0 * * * * *") String timer) {}

        public void run(int other) {}
    }

    public static final class BadName {
        @FunctionName("1 F")
        public void run(@TimerTrigger(name = "t", schedule = "0 * * * * *") String timer) {}
    }
}
