extension PostgresServer {
    /// A script that continues as the server's user, because PostgreSQL refuses to run as root.
    static let becomeUnprivileged = """
        directory="$1"; watch="$2"; shift 2
        trap '' INT TERM
        if [ "$(id -u)" != 0 ]; then exec sh -c "$watch" sh "$@"; fi
        chown postgres "$directory"
        cd /
        if command -v setpriv > /dev/null; then
            exec setpriv --reuid=postgres --regid=postgres --init-groups sh -c "$watch" sh "$@"
        fi
        exec su -s /bin/sh postgres -c 'watch="$0"; exec sh -c "$watch" sh "$@"' -- "$watch" "$@"
        """

    /// A script that creates and starts a server, executes commands from its input, and removes everything when the
    /// input ends.
    static let watch = """
        programs="$1"; directory="$2"; port="$3"; primary="$4"; shift 4
        trap '' INT TERM
        umask 077
        exec 2>> "$directory/log"
        server=

        # Another attempt is needed while processes that were killed are still going away.
        start() {
            attempt=0
            waits=0
            while [ "$attempt" -lt 50 ]; do
                "$programs/postgres" -D "$directory/data" -k "$directory" -p "$port" "$@" \\
                    >> "$directory/log" 2>&1 < /dev/null &
                server=$!
                while kill -0 "$server" 2> /dev/null && [ "$waits" -lt 600 ]; do
                    if "$programs/pg_isready" -q -h "$directory" -p "$port"; then echo ok; return; fi
                    waits=$((waits + 1))
                    sleep 0.05
                done
                kill -QUIT "$server" 2> /dev/null
                wait "$server"
                attempt=$((attempt + 1))
                sleep 0.1
            done
            echo "it does not start: $(tail -n 3 "$directory/log" | tr '\\n' ' ')"
        }

        if [ -n "$primary" ]; then
            "$programs/pg_basebackup" -d "$primary" -D "$directory/data" -R -X stream -c fast \\
                >> "$directory/log" 2>&1 < /dev/null
        else
            echo '\(password)' > "$directory/password"
            "$programs/initdb" -D "$directory/data" -U '\(user)' --pwfile="$directory/password" --no-sync \\
                --auth-local=trust --auth-host=scram-sha-256 -E UTF8 --locale=C \\
                >> "$directory/log" 2>&1 < /dev/null
        fi
        start "$@"
        while read -r line; do
            case "$line" in
            start) start "$@" ;;
            kill)
                children="$(ps -o pid= --ppid "$server" 2> /dev/null || pgrep -P "$server")"
                kill -KILL "$server" $children 2> /dev/null
                wait "$server"
                echo ok
                ;;
            stop)
                children="$(ps -o pid= --ppid "$server" 2> /dev/null || pgrep -P "$server")"
                kill -STOP "$server" $children 2> /dev/null
                echo ok
                ;;
            continue)
                children="$(ps -o pid= --ppid "$server" 2> /dev/null || pgrep -P "$server")"
                kill -CONT "$server" $children 2> /dev/null
                echo ok
                ;;
            promote)
                if "$programs/pg_ctl" -D "$directory/data" -w promote > /dev/null 2>&1; then echo ok; else echo failed; fi
                ;;
            esac
        done
        kill -QUIT "$server" 2> /dev/null
        kill -CONT "$server" $(ps -o pid= --ppid "$server" 2> /dev/null || pgrep -P "$server") 2> /dev/null
        wait
        rm -rf "$directory"
        """
}
